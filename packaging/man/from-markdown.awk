# Converts a part of a page of docs/ to a manual page, so that the text exists once:
#   awk -v name=... -v number=5 -v purpose=... -v parts='agent.toml' -f from-markdown.awk docs/page.md
# `parts` are the headings (## ...) to convert, separated by "|". Supports what those pages use:
# paragraphs, code in fences, `code`, [links](...), **bold**, tables and lists.

function roff(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  text = linked(text)
  while (match(text, /`[^`]*`/))
    text = substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 1, RLENGTH - 2) "\\fR" substr(text, RSTART + RLENGTH)
  while (match(text, /\*\*[^*]*\*\*/))
    text = substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 2, RLENGTH - 4) "\\fR" substr(text, RSTART + RLENGTH)
  if (text ~ /^[.']/) text = "\\&" text
  return text
}
function linked(text,   link, label) {
  while (match(text, /\[[^]]*\]\([^)]*\)/)) {
    link = substr(text, RSTART, RLENGTH)
    label = link
    sub(/^\[/, "", label)
    sub(/\].*/, "", label)
    text = substr(text, 1, RSTART - 1) label substr(text, RSTART + RLENGTH)
  }
  return text
}
# A link, code or bold text may go on in the next line: its line waits for that one.
function is_open(text,   count) {
  gsub(/`[^`]*`/, "", text)
  gsub(/\[[^]]*\]\([^)]*\)/, "", text)
  count = gsub(/\*\*/, "", text)
  return count % 2 || text ~ /`/ || text ~ /\[[^]]*$/ || text ~ /\[[^]]*\]\([^)]*$/
}
function prose(text) {
  held = held == "" ? text : held " " text
  if (!is_open(held)) flush()
}
function flush() {
  if (held != "") print roff(held)
  held = ""
}
function paragraph() { print ".PP"; fresh = 0 }
# A row of a table: its first cell is the head; the others are printed with the names of their columns.
function row(line,   cells, n, i, text) {
  sub(/^\| */, "", line)
  sub(/ *\|$/, "", line)
  gsub(/\\\|/, "\001", line)
  n = split(line, cells, / *\| */)
  for (i = 1; i <= n; i++) gsub("\001", "|", cells[i])
  if (!in_table) {
    for (i = 1; i <= n; i++) titles[i] = cells[i]
    in_table = 1
    return
  }
  if (line ~ /^-+/) return
  print ".TP"
  print cells[1] ~ /^`/ ? roff(cells[1]) : "\\fB" roff(cells[1]) "\\fR"
  text = n > 1 ? cells[n] : ""
  if (text != "") print roff(text)
  for (i = 2; i < n; i++)
    if (cells[i] != "") print (text == "" && i == 2 ? "" : ".br\n") titles[i] ": " roff(cells[i])
}

BEGIN {
  count = split(parts, list, "|")
  for (i = 1; i <= count; i++) wanted[list[i]] = 1
  title = toupper(name)
  gsub(/-/, "\\-", title)
  print ".\\\" Made from a page of the documentation by packaging/man/from-markdown.awk."
  printf ".TH %s %s \"\" \"jobflip\" \"jobflip\"\n.SH NAME\n%s \\- %s\n", title, number, roff(name), roff(purpose)
  taking = intro
  if (intro) print ".SH DESCRIPTION"
}
/^$|^#|^```|^\||^- / { flush() }
/^# / { next }
/^## / {
  heading = substr($0, 4)
  taking = heading in wanted
  if (taking) print ".SH \"" toupper(roff(heading)) "\""
  in_table = 0
  next
}
!taking { next }
/^```/ {
  fenced = !fenced
  print fenced ? ".PP\n.nf\n.RS" : ".RE\n.fi"
  next
}
fenced {
  gsub(/\\/, "\\e")
  gsub(/-/, "\\-")
  if ($0 ~ /^[.']/) $0 = "\\&" $0
  print
  next
}
/^\|/ { row($0); next }
{ in_table = 0 }
/^$/ { fresh = 1; next }
fresh { paragraph() }
/^- / { print ".IP \\(bu 2"; prose(substr($0, 3)); next }
{ sub(/^ +/, ""); prose($0) }
END {
  flush()
  if (files != "") printf ".SH FILES\n\\fI%s\\fR\n", roff(files)
  print ".SH \"SEE ALSO\""
  print see
}
