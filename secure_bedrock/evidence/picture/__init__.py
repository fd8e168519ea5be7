"""The architecture that templates describe, drawn as SVG."""

from secure_bedrock.evidence.picture.draw import Figure as Figure
from secure_bedrock.evidence.picture.draw import Picture as Picture
from secure_bedrock.evidence.picture.draw import draw as draw
