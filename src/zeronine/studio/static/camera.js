// A photograph: by the camera in the page where there is one, else by the phone's own camera.

import { make } from './dom.js';

/**
 * Show the camera's picture in `place` until a photo is taken; resolves to a Blob, or null if it was left.
 *
 * @param {HTMLElement} place
 * @returns {Promise<Blob | null>}
 */
export async function photograph(place) {
  const wanted = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
  const video = make('video', {
    class: 'camera',
    'aria-label': 'What the camera sees',
    autoplay: true,
    playsinline: '',
    muted: true,
  });
  video.srcObject = stream;
  const take = make('button', { type: 'button', class: 'primary' }, 'Take it');
  const leave = make('button', { type: 'button' }, 'Cancel');
  const view = make('div', { class: 'camera-view' }, video, make('div', { class: 'tools' }, take, leave));
  place.append(view);
  await video.play();
  take.focus();
  const pressed = await new Promise((resolve) => {
    take.addEventListener('click', () => resolve(true));
    leave.addEventListener('click', () => resolve(false));
  });
  const blob = pressed ? await still(video) : null;
  for (const track of stream.getTracks()) track.stop();
  view.remove();
  return blob;
}

/** @param {HTMLVideoElement} video @returns {Promise<Blob>} */
function still(video) {
  const page = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  page.getContext('2d')?.drawImage(video, 0, 0);
  return page.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
}
