#include "support/build_paths.hpp"

namespace jobflip::test {

std::string source_path(std::string_view relative) {
  return std::string{JOBFLIP_SOURCE_DIR "/"}.append(relative);
}

std::string build_path(std::string_view relative) {
  return std::string{JOBFLIP_BINARY_DIR "/"}.append(relative);
}

}  // namespace jobflip::test
