#include "cli/audit_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include "jobflip/audit/anchors.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

constexpr std::int64_t kPage = 1000;

}  // namespace

Result<void> each_page(ports::ReaderStore& store, const core::ChainHead& head,
                       const std::function<bool(const std::vector<core::AuditEvent>&)>& take) {
  constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
  const auto last = head.seq > 0 ? head.seq : std::numeric_limits<std::int64_t>::max();
  core::AuditQuery query{head.chain, kLowest, kPage, false};
  while (query.after_seq < last) {
    auto page = store.audit(query);
    if (!page) return page.error();
    std::erase_if(*page, [&](const auto& event) { return event.seq > last; });
    if (page->empty() || page->back().seq <= query.after_seq) break;
    query.after_seq = page->back().seq;
    if (!take(*page)) break;
  }
  return {};
}

Result<std::vector<audit::ChainCheck>> check_store(ports::ReaderStore& store) {
  const auto heads = store.audit_heads();  // first: events that are added meanwhile are not checked
  if (!heads) return heads.error();
  std::vector<audit::ChainCheck> out;
  for (const auto& head : *heads) {
    audit::ChainWalk walk{head.chain};
    const auto read =
        each_page(store, head, [&](const auto& events) { return !walk.feed(events).has_value(); });
    if (!read) return read.error();
    out.push_back({head, walk.finish(head)});
  }
  return out;
}

Result<std::vector<core::ChainHead>> read_anchors(const std::string& path, std::istream& in) {
  if (path == "-") return audit::read_anchors(in, "standard input");
  std::ifstream file{path};
  if (!file)
    return Error{ErrorCode::usage,
                 fmt::format("{} can't be read: {}", printable(path, 200), std::strerror(errno)),
                 "name the file with the kept heads"};
  return audit::read_anchors(file, path);
}

Result<std::vector<audit::Flaw>> flaws_of_anchors(ports::ReaderStore& store,
                                                  const std::vector<core::ChainHead>& anchors) {
  std::vector<audit::Flaw> flaws;
  for (const auto& anchor : anchors) {
    if (std::ranges::find(flaws, anchor.chain, &audit::Flaw::chain) != flaws.end()) continue;
    const auto found = store.audit({anchor.chain, anchor.seq - 1, 1, false});
    if (!found) return found.error();
    if (auto flaw = audit::flaw_of_anchor(anchor, *found)) flaws.push_back(std::move(*flaw));
  }
  return flaws;
}

Result<audit::Export> read_export(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    return Error{ErrorCode::config, fmt::format("{} can't be read", printable(path)),
                 "check the path"};
  }
  return audit::read_export(in, path);
}

}  // namespace jobflip::cli
