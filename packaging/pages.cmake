# Copies README, CHANGELOG, SECURITY and docs/ into one folder, as a package has them: the links
# follow, and one to a file that is not in it becomes plain text.
#   cmake -DFROM=SOURCES -DTO=FOLDER -P packaging/pages.cmake
file(REMOVE_RECURSE ${TO})
foreach(name README CHANGELOG SECURITY)
  list(APPEND pages ${name}.md)
endforeach()
file(GLOB_RECURSE docs RELATIVE ${FROM}/docs ${FROM}/docs/*.md)

# samples of what jobflip writes, which pages link to
file(COPY ${FROM}/docs/samples DESTINATION ${TO} FILES_MATCHING PATTERN *.html
  PATTERN *.json)

function(copy_page from to up)
  file(READ ${from} text)
  # cmake takes these for its own in a list; no page has the replacements
  string(REPLACE ";" "<semicolon>" text "${text}")
  string(REGEX REPLACE "\\]\\(docs/" "](" text "${text}")
  foreach(name README CHANGELOG SECURITY)
    string(REPLACE "](${up}../${name}.md" "](${up}${name}.md" text "${text}")
  endforeach()
  # whatever still leads out of the folder, and the license, which a package has under another name
  string(REGEX REPLACE "\\[([^]]*)\\]\\(${up}\\.\\./[^)]*\\)" "\\1" text "${text}")
  string(REGEX REPLACE "\\[([^]]*)\\]\\(LICENSE\\)" "\\1" text "${text}")
  string(REPLACE "<semicolon>" ";" text "${text}")
  file(WRITE ${to} "${text}")
endfunction()

foreach(page ${pages})
  copy_page(${FROM}/${page} ${TO}/${page} "")
endforeach()
foreach(page ${docs})
  if(page MATCHES "/")
    copy_page(${FROM}/docs/${page} ${TO}/${page} "../")
  else()
    copy_page(${FROM}/docs/${page} ${TO}/${page} "")
  endif()
endforeach()
