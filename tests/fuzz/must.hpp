#pragma once
/// MUST(condition): the assertion of a fuzz target. It prints the condition and its place, and
/// ends the process. libFuzzer reports that as a finding, and the replay fails on it in the same
/// way.

#include <cstdio>
#include <cstdlib>

#define MUST(what)                                                                   \
  do {                                                                               \
    if (!(what)) [[unlikely]] {                                                      \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)
