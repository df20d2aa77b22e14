# raw_pieces(OUT TEXT DELIMITER): TEXT as raw string literals of C++, next to each other, which are one
# std::string_view. Split, because a compiler may refuse very long ones; and with the suffix sv,
# because clang gives up counting the characters of a megabyte.
function(raw_pieces out text delimiter)
  string(LENGTH "${text}" length)
  set(pieces "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND pieces "R\"${delimiter}(${piece})${delimiter}\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  string(REGEX REPLACE "\n$" "sv\n" pieces "${pieces}")
  set(${out} "${pieces}" PARENT_SCOPE)
endfunction()
