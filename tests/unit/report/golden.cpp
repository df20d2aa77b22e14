#include "unit/report/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/build_paths.hpp"

namespace jobflip::report {

void expect_golden(const std::string& name, const std::string& text) {
  const auto path = test::source_path("tests/golden/report/") + name;
  const char* mode = std::getenv("JOBFLIP_GOLDEN");
  if (mode != nullptr && std::string{mode} == "write") {
    std::ofstream{path, std::ios::binary} << text;
    return;
  }
  std::ifstream in{path, std::ios::binary};
  const std::string wanted{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(text, wanted) << path << ": JOBFLIP_GOLDEN=write rewrites it; read the difference";
}

Assets without_library() {
  auto out = own_assets();
  out.library = {
      "/* Chart.js */",
      std::string_view{"0000000000000000000000000000000000000000000000000000000000000000"}};
  return out;
}

}  // namespace jobflip::report
