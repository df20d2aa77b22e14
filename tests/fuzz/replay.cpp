/// Runs a target on the kept inputs, without libFuzzer and with any compiler: a bug that was found
/// once must stay fixed. Usage: replay FOLDER...; fails if a folder is empty.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

bool replay(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder, error})
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream file{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);  // so that the last line names the input that ended the process
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%s: %zu inputs\n", folder.c_str(), files.size());
  return !files.empty();
}

}  // namespace

int main(int count, char** words) {
  bool all = count > 1;
  for (int i = 1; i < count; ++i) all = replay(words[i]) && all;
  return all ? 0 : 1;
}
