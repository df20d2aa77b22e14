#pragma once
/// MUST(what holds): a fuzz target's assertion. It prints what did not hold and where, and ends the
/// process, which is how libFuzzer learns of a finding; the replay fails on it in the same way.

#include <cstdio>
#include <cstdlib>

#define MUST(what)                                                                   \
  do {                                                                               \
    if (!(what)) [[unlikely]] {                                                      \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)
