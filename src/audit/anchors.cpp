#include "jobflip/audit/anchors.hpp"

#include <fmt/format.h>

#include <charconv>
#include <istream>
#include <optional>
#include <sstream>

#include "jobflip/audit/chain.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::audit {
namespace {

constexpr std::size_t kAnchorsMax = 1'000'000;
constexpr std::size_t kLineMax = 4096;  // a file of another kind may have one line of gigabytes

/// Truncates at kLineMax: a longer line is not an anchor. False at the end.
bool read_line(std::istream& in, std::string& line) {
  line.clear();
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') return true;
    line += static_cast<char>(c);
    if (line.size() == kLineMax) return true;
  }
  return !line.empty();
}

std::optional<core::ChainHead> anchor_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> words;
  for (std::string word; words.size() < 5 && in >> word;) words.push_back(std::move(word));
  if (words.size() == 4 && parse_rfc3339(words[0])) words.erase(words.begin());
  if (words.size() != 3) return std::nullopt;
  core::ChainHead anchor;
  anchor.chain = words[0];
  const auto& seq = words[1];
  const auto& hash = words[2];
  const auto read = std::from_chars(seq.data(), seq.data() + seq.size(), anchor.seq);
  auto bytes = bytes_of_hex(hash).value_or("");
  if (read.ec != std::errc{} || read.ptr != seq.data() + seq.size() || anchor.seq < 1 ||
      bytes.size() != kHashBytes)
    return std::nullopt;
  anchor.hash = std::move(bytes);
  return anchor;
}

}  // namespace

Result<std::vector<core::ChainHead>> read_anchors(std::istream& in, const std::string& name) {
  std::vector<core::ChainHead> anchors;
  int number = 0;
  for (std::string line; read_line(in, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto anchor = anchor_of(line);
    if (!anchor || anchors.size() == kAnchorsMax)
      return Error{
          ErrorCode::usage,
          fmt::format("{}, line {}: \"{}\" is not an anchor", printable(name, 200), number,
                      printable(line, 80)),
          "a line has the chain, the event's number, and its hash in 64 hex digits; a time may "
          "come first"};
    anchors.push_back(*anchor);
  }
  if (in.bad())  // a folder, say: it opens, and can't be read
    return Error{ErrorCode::usage, fmt::format("{} can't be read", printable(name, 200)),
                 "name the file with the kept heads"};
  if (anchors.empty())
    return Error{ErrorCode::usage, fmt::format("{} has no anchor in it", printable(name, 200)),
                 "nothing would be compared: was anything written to it?"};
  return anchors;
}

}  // namespace jobflip::audit
