// Small pictures packed as the studio packs them, for the modules that unpack them: studio/tiles.py.

/**
 * @param {ArrayLike<number>[]} pictures
 * @param {number} low
 * @param {number} high
 * @param {number} [shown] what the range is called beside the bytes
 * @returns {Tiles}
 */
export function tilesOf(pictures, low, high, shown = high) {
  const span = high - low || 1;
  let text = '';
  for (const picture of pictures)
    for (const value of Array.from(picture))
      text += String.fromCharCode(Math.min(255, Math.max(0, Math.round(((value - low) / span) * 255))));
  return { count: pictures.length, low: (low * shown) / high, high: shown, data: btoa(text) };
}

/** In a range that is the same on both sides of zero. @param {ArrayLike<number>[]} pictures */
export function signedTiles(pictures) {
  let bound = 0;
  for (const picture of pictures)
    for (const value of Array.from(picture)) bound = Math.max(bound, Math.abs(value));
  return tilesOf(pictures, -(bound || 1), bound || 1);
}
