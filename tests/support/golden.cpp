#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace jobflip::test {

void expect_same_file(const std::string& path, const std::string& text) {
  const char* mode = std::getenv("JOBFLIP_GOLDEN");
  if (mode != nullptr && std::string{mode} == "write") {
    std::ofstream{path, std::ios::binary} << text;
    return;
  }
  std::ifstream in{path, std::ios::binary};
  const std::string wanted{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(text, wanted) << path << ": JOBFLIP_GOLDEN=write rewrites it; read the difference";
}

}  // namespace jobflip::test
