/* The device's position, asked for only when its reader presses the button. */
(() => {
  "use strict";
  for (const part of document.querySelectorAll("[data-position]")) {
    const form = part.closest("form");
    const [ask, drop] = part.querySelectorAll("button");
    const said = part.querySelector("[role=status]");
    const write = (lon, lat) => {
      form.elements.lon.value = lon;
      form.elements.lat.value = lat;
      drop.hidden = lon === "";
    };
    ask.addEventListener("click", () => {
      said.textContent = part.dataset.asking;
      if (!navigator.geolocation) {
        said.textContent = part.dataset.failed;
        return;
      }
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          write(coords.longitude.toFixed(5), coords.latitude.toFixed(5));
          const metres = Math.ceil(coords.accuracy).toLocaleString(document.documentElement.lang);
          said.textContent = part.dataset.found.replace("{metres}", metres);
        },
        () => { said.textContent = part.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
      );
    });
    drop.addEventListener("click", () => {
      write("", "");
      said.textContent = part.dataset.gone;
      ask.focus();
    });
  }
})();
