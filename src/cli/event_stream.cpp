#include "cli/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"

namespace jobflip::cli {

EventStream::EventStream(std::string chain, core::EventFilter filter)
    : chain_(std::move(chain)), filter_(std::move(filter)) {}

void EventStream::begin_after(const std::vector<core::ChainHead>& heads) {
  for (const auto& head : heads)
    if (chain_.empty() || head.chain == chain_) chains_[head.chain] = {head, head};
}

bool EventStream::has_more() const {
  return std::ranges::any_of(chains_, [](const auto& one) {
    return !one.second.waiting.empty() || one.second.has_unread();
  });
}

std::vector<std::string> EventStream::take_flaws() {
  return std::exchange(flaws_, {});
}

/// A log that is shorter than what was read, or whose last event is another one, is another log:
/// the store was set back. Where the two part is not known, so it goes on from the new end.
void EventStream::note_head(const core::ChainHead& head) {
  auto& chain = chains_[head.chain];
  chain.read.chain = head.chain;
  const bool shorter = head.seq < chain.read.seq;
  const bool other = head.seq == chain.read.seq && head.seq > 0 && !chain.read.hash.empty() &&
                     chain.read.hash != head.hash;
  if (shorter || other) {
    flaws_.push_back(fmt::format(
        "chain {} was read up to event {}, and {}: the log was set back or changed", head.chain,
        chain.read.seq,
        shorter ? fmt::format("has {} now", head.seq) : std::string{"that is another one now"}));
    chain.read = head;
  }
  chain.head = head;
}

Result<void> EventStream::read_heads(ports::ReaderStore& store) {
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  for (const auto& head : *heads)
    if (chain_.empty() || head.chain == chain_) note_head(head);
  for (const auto& [name, chain] : chains_)
    if (chain.read.seq > 0 &&
        std::ranges::find(*heads, name, &core::ChainHead::chain) == heads->end())
      note_head({name, 0, ""});
  return {};
}

Result<void> EventStream::read_page(ports::ReaderStore& store, Chain& chain, std::int64_t limit) {
  auto page = store.audit({chain.head.chain, chain.read.seq, limit, false, filter_});
  if (!page) return page.error();
  const bool is_last = static_cast<std::int64_t>(page->size()) < limit;
  std::erase_if(*page, [&](const auto& event) { return event.seq > chain.head.seq; });
  if (!page->empty()) {
    const auto& first = page->front();
    if (first.seq == chain.read.seq + 1 && chain.read.seq > 0 && !chain.read.hash.empty() &&
        first.previous_hash != chain.read.hash)
      flaws_.push_back(
          fmt::format("chain {}: event {} does not follow the event before it: the log was changed",
                      first.chain, first.seq));
  }
  if (is_last || page->empty())
    chain.read = chain.head;
  else
    chain.read = {chain.head.chain, page->back().seq, page->back().hash};
  std::ranges::move(*page, std::back_inserter(chain.waiting));
  return {};
}

/// nullptr if a chain has to be read first.
EventStream::Chain* EventStream::earliest() {
  Chain* best = nullptr;
  for (auto& [name, chain] : chains_) {
    if (chain.waiting.empty()) {
      if (chain.has_unread()) return nullptr;
      continue;
    }
    if (best == nullptr || chain.waiting.front().at < best->waiting.front().at) best = &chain;
  }
  return best;
}

Result<std::vector<core::AuditEvent>> EventStream::next(ports::ReaderStore& store) {
  if (!has_more()) {
    const auto read = read_heads(store);
    if (!read) return read.error();
  }
  const auto busy = std::ranges::count_if(chains_, [](const auto& one) {
    return one.second.has_unread() || !one.second.waiting.empty();
  });
  const auto limit = std::max<std::int64_t>(1, kStreamPage / std::max<std::int64_t>(1, busy));
  for (auto& [name, chain] : chains_) {
    if (!chain.has_unread() || !chain.waiting.empty()) continue;
    const auto read = read_page(store, chain, limit);
    if (!read) return read.error();
  }
  std::vector<core::AuditEvent> out;
  for (auto* chain = earliest(); chain != nullptr; chain = earliest()) {
    out.push_back(std::move(chain->waiting.front()));
    chain->waiting.pop_front();
  }
  if (!has_more()) filter_.since.reset();
  return out;
}

}  // namespace jobflip::cli
