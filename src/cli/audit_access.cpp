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

/// How many events the next page asks for: a page has some megabytes at most, as far as the last
/// one tells.
class PageSize {
 public:
  std::int64_t next() const noexcept { return events_; }
  void learn(const std::vector<core::AuditEvent>& page) noexcept {
    constexpr std::size_t kBytes = 2'000'000;
    constexpr std::size_t kFewest = 20;
    constexpr std::size_t kMost = 2000;
    std::size_t bytes = 1;
    for (const auto& event : page) bytes += event.payload.size() + event.reason.size() + 500;
    const auto fit = kBytes / (bytes / page.size() + 1);
    events_ = static_cast<std::int64_t>(std::clamp(fit, kFewest, kMost));
  }

 private:
  std::int64_t events_{100};
};

}  // namespace

Result<void> each_page(ports::ReaderStore& store, const core::ChainHead& head,
                       const std::function<bool(const std::vector<core::AuditEvent>&)>& take,
                       std::optional<std::int64_t> after) {
  const auto last = head.seq > 0 ? head.seq : std::numeric_limits<std::int64_t>::max();
  PageSize size;
  core::AuditQuery query{head.chain, after.value_or(kBelowAll), size.next(), false};
  while (query.after_seq < last) {
    auto page = store.audit(query);
    if (!page) return page.error();
    std::erase_if(*page, [&](const auto& event) { return event.seq > last; });
    if (page->empty() || page->back().seq <= query.after_seq) break;
    query.after_seq = page->back().seq;
    if (!take(*page)) break;
    size.learn(*page);
    query.limit = size.next();
  }
  return {};
}

Result<std::vector<audit::ChainCheck>> check_store(ports::ReaderStore& store,
                                                   const std::vector<core::ChainHead>& anchors) {
  const auto heads = store.audit_heads();  // first: events that are added meanwhile are not checked
  if (!heads) return heads.error();
  audit::LogCheck check{anchors};
  for (const auto& head : *heads) {
    const auto read = each_page(store, head, [&](const auto& events) {
      for (const auto& event : events) check.add(event);
      return !check.is_decided(head.chain);
    });
    if (!read) return read.error();
  }
  return check.finish({std::vector<core::ChainHead>{}, *heads, false});
}

Result<FileCheck> check_file(const std::string& path, const std::vector<core::ChainHead>& anchors) {
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    return Error{ErrorCode::config, fmt::format("{} can't be read", printable(path)),
                 "check the path"};
  }
  audit::ExportReader reader{in, path};
  audit::LogCheck check{anchors};
  core::AuditEvent event;
  for (;;) {
    const auto more = reader.next(event);
    if (!more) return more.error();
    if (!*more) break;
    check.add(event);
  }
  if (check.is_flooded())
    return Error{ErrorCode::config,
                 fmt::format("{} has events of more than {} chains", printable(path),
                             audit::LogCheck::kMostChains),
                 "no audit log has as many: is it one?"};
  const auto& ends = reader.ends();
  return FileCheck{check.finish(ends), ends.heads.has_value(), ends.is_part};
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
    if (!found->empty() && found->front().seq > anchor.seq) {
      const auto first = store.audit({anchor.chain, kBelowAll, 1, false});
      if (!first) return first.error();
      // before the beginning: `audit verify` says whether a seal explains that
      if (!first->empty() && first->front().seq > anchor.seq) continue;
    }
    if (auto flaw = audit::flaw_of_anchor(anchor, *found)) flaws.push_back(std::move(*flaw));
  }
  return flaws;
}

}  // namespace jobflip::cli
