#include "cli/anchors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kAnchorsMax = 1'000'000;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kLineMax = 4096;  // a file of another kind may have one line of gigabytes

/// Cut at kLineMax, where it is no anchor any more; false at the end.
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
  std::istringstream words{line};
  core::ChainHead anchor;
  std::string seq;
  std::string hash;
  std::string more;
  if (!(words >> anchor.chain >> seq >> hash) || words >> more) return std::nullopt;
  const auto read = std::from_chars(seq.data(), seq.data() + seq.size(), anchor.seq);
  auto bytes = bytes_of_hex(hash).value_or("");
  if (read.ec != std::errc{} || read.ptr != seq.data() + seq.size() || anchor.seq < 1 ||
      bytes.size() != kHashBytes)
    return std::nullopt;
  anchor.hash = std::move(bytes);
  return anchor;
}

Result<std::optional<std::string>> why_not_through(ports::ReaderStore& store,
                                                   const core::ChainHead& anchor) {
  const auto events = store.audit({anchor.chain, anchor.seq - 1, 1, false});
  if (!events) return events.error();
  if (events->empty() || events->front().seq != anchor.seq)
    return std::optional<std::string>{"an anchored event is missing: the chain was cut"};
  if (events->front().hash != anchor.hash)
    return std::optional<std::string>{"the event has another hash than the one that was anchored"};
  return std::optional<std::string>{};
}

Result<std::vector<core::ChainHead>> read_lines(std::istream& in, const std::string& name) {
  std::vector<core::ChainHead> anchors;
  int number = 0;
  for (std::string line; read_line(in, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto anchor = anchor_of(line);
    if (!anchor || anchors.size() == kAnchorsMax)
      return Error{ErrorCode::usage,
                   fmt::format("{}, line {}: \"{}\" is no anchor", printable(name, 200), number,
                               printable(line, 80)),
                   "a line has the chain, the event's number, and its hash in 64 hex digits"};
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

}  // namespace

Result<std::vector<core::ChainHead>> read_anchors(const std::string& path, std::istream& in) {
  if (path == "-") return read_lines(in, "standard input");
  std::ifstream file{path};
  if (!file)
    return Error{ErrorCode::usage,
                 fmt::format("{} can't be read: {}", printable(path, 200), std::strerror(errno)),
                 "name the file with the kept heads"};
  return read_lines(file, path);
}

Result<std::vector<AuditFlaw>> flaws_of_anchors(ports::ReaderStore& store,
                                                const std::vector<core::ChainHead>& anchors) {
  std::vector<AuditFlaw> flaws;
  for (const auto& anchor : anchors) {
    if (std::ranges::find(flaws, anchor.chain, &AuditFlaw::chain) != flaws.end()) continue;
    const auto why = why_not_through(store, anchor);
    if (!why) return why.error();
    if (*why) flaws.push_back({anchor.chain, anchor.seq, **why});
  }
  return flaws;
}

}  // namespace jobflip::cli
