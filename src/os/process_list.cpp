#include "jobflip/os/process_list.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::os {
namespace {

constexpr std::size_t kMostOfWords = 4 << 20;  // the kernel's own limit is of this order

std::optional<pid_t> number_of(std::string_view name) {
  pid_t number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  if (read.ec != std::errc{} || read.ptr != name.data() + name.size() || number < 0)
    return std::nullopt;
  return number;
}

Error cannot_read(int number) {
  return Error{ErrorCode::host_failed, std::generic_category().message(number), ""};
}

/// A part counts, too: it may have the word that is looked for.
std::string read_what_is_there(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string all;
  std::array<char, 16'384> piece{};
  for (ssize_t got = 0; file.open() && (got = ::read(file.fd(), piece.data(), piece.size())) > 0;) {
    all.append(piece.data(), static_cast<std::size_t>(got));
    if (all.size() > kMostOfWords) break;
  }
  return all;
}

}  // namespace

Result<void> for_each_number(const std::string& folder, const std::function<bool(pid_t)>& visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open{::opendir(folder.c_str()), ::closedir};
  if (!open) return cannot_read(errno);
  for (;;) {
    errno = 0;
    const dirent* one = ::readdir(open.get());
    if (one == nullptr && errno != 0) return cannot_read(errno);
    if (one == nullptr) return {};
    const auto number = number_of(one->d_name);
    if (number && !visit(*number)) return {};
  }
}

Result<void> for_each_process(const std::function<bool(pid_t)>& visit) {
  return for_each_number("/proc", visit);
}

std::vector<std::string> process_words(pid_t pid, const std::string& file) {
  const auto all = read_what_is_there("/proc/" + std::to_string(pid) + "/" + file);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < all.size();) {
    const auto end = std::min(all.find('\0', at), all.size());
    words.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string variable_in(const std::vector<std::string>& words, const std::string& name) {
  const auto start = name + "=";
  const auto found =
      std::ranges::find_if(words, [&](const auto& word) { return word.starts_with(start); });
  return found == words.end() ? "" : found->substr(start.size());
}

}  // namespace jobflip::os
