// Draws the certificate that is shown as a PDF, one A4 sheet, landscape, with text that can be selected and read aloud.
const { PDFDocument, StandardFonts, rgb } = PDFLib;
const [width, height] = [841.89, 595.28];
const [blue, gold, ink, grey] = [rgb(0.043, 0.31, 0.58), rgb(0.79, 0.635, 0.29), rgb(0.09, 0.13, 0.18), rgb(0.32, 0.376, 0.427)];

document.querySelector("[data-print]").addEventListener("click", () => print());
document.querySelector("[data-pdf]").addEventListener("click", async event => {
  const button = event.currentTarget;
  const label = button.querySelector("span");
  const text = label.textContent;
  label.textContent = button.dataset.busy;
  button.disabled = true;
  try {
    const sheet = document.getElementById(button.dataset.pdf);
    save(await draw(sheet), sheet.dataset.file);
    label.textContent = text;
  } catch {
    label.textContent = button.dataset.failed;
  } finally {
    button.disabled = false;
  }
});

function save(bytes, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function draw(sheet) {
  const read = name => sheet.querySelector(`[data-pdf-${name}]`)?.textContent.trim() ?? "";
  const pdf = await PDFDocument.create();
  const fonts = {
    plain: await pdf.embedFont(StandardFonts.Helvetica), bold: await pdf.embedFont(StandardFonts.HelveticaBold),
    title: await pdf.embedFont(StandardFonts.TimesRomanBold), name: await pdf.embedFont(StandardFonts.TimesRomanBoldItalic),
  };
  pdf.setTitle(`${read("title")} – ${read("course")} – ${read("name")}`);
  pdf.setAuthor(read("school"));
  pdf.setLanguage(sheet.dataset.language);
  const page = pdf.addPage([width, height]);
  frame(page);
  await logo(pdf, page, sheet.querySelector("[data-pdf-logo]"));

  centered(page, read("school"), fonts.bold, 13, 494, grey);
  centered(page, read("title"), fonts.title, 36, 448, blue);
  centered(page, read("type"), fonts.plain, 12, 426, grey);
  centered(page, read("name"), fonts.name, 32, 352, ink);
  centered(page, read("cpf"), fonts.plain, 11, 331, grey);
  const below = paragraph(page, read("text"), fonts.plain, 298);
  centered(page, read("course"), fonts.bold, 17, Math.max(below - 14, 178), ink);
  facts(page, sheet, fonts);
  proof(page, sheet, read, fonts);
  return await pdf.save();
}

function frame(page) {
  page.drawRectangle({ x: 20, y: 20, width: width - 40, height: height - 40, borderColor: blue, borderWidth: 3.4 });
  page.drawRectangle({ x: 27, y: 27, width: width - 54, height: height - 54, borderColor: gold, borderWidth: 1.4 });
  for (const [x, y, rotate] of [[28, height - 28, 0], [width - 28, height - 28, 270], [width - 28, 28, 180], [28, 28, 90]]) {
    for (const radius of [34, 25.5, 17]) {
      page.drawSvgPath(`M${radius} 0a${radius} ${radius} 0 0 1 -${radius} ${radius}`,
        { x, y, rotate: PDFLib.degrees(rotate), borderColor: gold, borderWidth: 1.4 });
    }
  }
}

async function logo(pdf, page, image) {
  if (!image)
    return;
  const answer = await fetch(image.src);
  const bytes = await answer.arrayBuffer();
  const kind = answer.headers.get("content-type");
  if (kind !== "image/png" && kind !== "image/jpeg")
    return;
  const drawn = kind === "image/png" ? await pdf.embedPng(bytes) : await pdf.embedJpg(bytes);
  const { width: wide, height: high } = drawn.scaleToFit(160, 46);
  page.drawImage(drawn, { x: (width - wide) / 2, y: 515, width: wide, height: high });
}

// The standard fonts know Western Europe's letters; of others the bare letter is written, or a question mark.
function writable(text, font) {
  const can = character => { try { font.encodeText(character); return true; } catch { return false; } };
  return Array.from(text.normalize("NFC").replace(/\s+/g, " "), character => {
    const bare = character.normalize("NFD")[0];
    return can(character) ? character : can(bare) ? bare : "?";
  }).join("");
}

function centered(page, text, font, size, y, color) {
  const line = writable(text, font);
  const fitting = Math.min(size, size * (width - 130) / font.widthOfTextAtSize(line, size));
  page.drawText(line, { x: (width - font.widthOfTextAtSize(line, fitting)) / 2, y, size: fitting, font, color });
}

function paragraph(page, text, font, top) {
  const [widest, room] = [width - 230, 100];
  for (let size = 13; ; size -= 0.5) {
    const lines = wrapped(writable(text, font), font, size, widest);
    if (lines.length * size * 1.5 > room && size > 6)
      continue;
    lines.forEach((line, i) => centered(page, line, font, size, top - i * size * 1.5, ink));
    return top - lines.length * size * 1.5;
  }
}

function wrapped(text, font, size, widest) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (font.widthOfTextAtSize(longer, size) <= widest)
      lines[lines.length - 1] = longer;
    else
      lines.push(word);
  }
  return lines;
}

function facts(page, sheet, fonts) {
  Array.from(sheet.querySelectorAll("[data-pdf-fact]")).forEach((fact, i) => {
    const [x, y] = [75 + (i % 2) * 150, 125 - Math.floor(i / 2) * 42];
    page.drawText(writable(fact.querySelector("dt").textContent, fonts.plain), { x, y: y + 15, size: 9, font: fonts.plain, color: grey });
    page.drawText(writable(fact.querySelector("dd").textContent, fonts.bold), { x, y, size: 12, font: fonts.bold, color: ink });
  });
}

function proof(page, sheet, read, fonts) {
  const qr = sheet.querySelector("[data-pdf-qr]");
  const side = 92;
  const scale = side / Number(qr.dataset.pdfQr);
  const [left, bottom] = [width - 75 - side, 62];
  page.drawSvgPath(qr.querySelector("path").getAttribute("d"), { x: left, y: bottom + side, scale, color: rgb(0, 0, 0), borderWidth: 0 });
  const right = (text, font, size, y, color) =>
    page.drawText(writable(text, font), { x: left - 14 - font.widthOfTextAtSize(writable(text, font), size), y, size, font, color });
  right(read("code"), fonts.bold, 13, bottom + 56, ink);
  right(read("verify"), fonts.plain, 9, bottom + 36, grey);
  right(read("address"), fonts.plain, 9, bottom + 23, grey);
}
