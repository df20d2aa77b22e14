#include "unit/report/golden.hpp"

#include "support/build_paths.hpp"
#include "support/golden.hpp"

namespace jobflip::report {

void expect_golden(const std::string& name, const std::string& text) {
  test::expect_same_file(test::source_path("tests/golden/report/") + name, text);
}

Assets without_library() {
  auto out = own_assets();
  out.library = {
      "/* Chart.js */",
      std::string_view{"0000000000000000000000000000000000000000000000000000000000000000"}};
  return out;
}

}  // namespace jobflip::report
