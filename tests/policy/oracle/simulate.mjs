// Answers simulations: one JSON object a line in, one a line out.
import { createInterface } from "node:readline";
import { runSimulation } from "@cloud-copilot/iam-simulate";

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runSimulation(JSON.parse(line), {});
  process.stdout.write(
    JSON.stringify({
      result: answer.overallResult ?? "Error",
      ignored: answer.result?.ignoredContextKeys ?? [],
      errors: answer.errors,
    }) + "\n",
  );
}
