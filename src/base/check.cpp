#include "jobflip/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace jobflip {

void check_failed(const char* what, std::source_location where) noexcept {
  std::fprintf(stderr, "jobflip: internal check failed: %s (%s:%u, %s)\n", what, where.file_name(),
               where.line(), where.function_name());
  std::abort();
}

}  // namespace jobflip
