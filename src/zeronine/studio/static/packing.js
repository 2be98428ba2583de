// Canvases as whole numbers, and small pictures out of base64: what goes over the wire, and comes back.

/**
 * The canvas as the server takes it: whole numbers 0..255.
 *
 * @param {Values} canvas
 * @returns {number[]}
 */
export const toBytes = (canvas) => Array.from(canvas, (value) => Math.round(255 * value));

/**
 * Small pictures as the server sends them -> arrays of 784 numbers; ink canvases come back in [0, 1].
 *
 * @param {Tiles | null | undefined} tiles
 * @returns {Float32Array[]}
 */
export function fromTiles(tiles) {
  if (!tiles) return [];
  const bytes = Uint8Array.from(atob(tiles.data), (letter) => letter.charCodeAt(0));
  const scale = tiles.low === 0 && tiles.high === 255 ? 255 : 1;
  const value = (/** @type {number} */ byte) => (tiles.low + (byte / 255) * (tiles.high - tiles.low)) / scale;
  return Array.from({ length: tiles.count }, (_, index) =>
    Float32Array.from(bytes.subarray(784 * index, 784 * (index + 1)), value),
  );
}
