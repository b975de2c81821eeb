// A click on a heading sorts its table by that column; again, the other way round.
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  heading.innerHTML = `<button type="button">${heading.innerHTML}</button>`;
  heading.firstChild.addEventListener("click", () => {
    const body = heading.closest("table").tBodies[0],
      column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = row => {
      const text = row.cells[column].textContent,
        number = parseFloat(text);
      return isNaN(number) ? text : number;
    };
    const order = (a, b) => (value(a) > value(b) ? 1 : value(a) < value(b) ? -1 : 0) * (down ? -1 : 1);
    body.append(...[...body.rows].sort(order));
  });
}
