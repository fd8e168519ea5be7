// Loaded into the CDK CLI: names under localhost are this machine, every other name is refused.
// Not every resolver knows "bucket.localhost", which is where the SDK looks for a bucket.
const dns = require("node:dns");

function lookup(hostname, options, callback) {
  const done = typeof options === "function" ? options : callback;
  const all = typeof options === "object" && options !== null && options.all;
  if (hostname === "127.0.0.1" || hostname === "localhost" || hostname.endsWith(".localhost")) {
    const here = { address: "127.0.0.1", family: 4 };
    return process.nextTick(() => (all ? done(null, [here]) : done(null, here.address, 4)));
  }
  const refusal = new Error(`${hostname} is not on this machine: the emulated CLI reaches loopback only`);
  return process.nextTick(() => done(Object.assign(refusal, { code: "ENOTFOUND" })));
}

dns.lookup = lookup;
dns.promises.lookup = (hostname, options) =>
  new Promise((resolve, reject) =>
    lookup(hostname, { ...options }, (error, address, family) =>
      error ? reject(error) : resolve(options?.all ? address : { address, family })));
