#include "jobflip/audit/chain_walk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/audit/chain.hpp"
#include "jobflip/base/hex.hpp"
#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::audit {
namespace {

std::string numbers(std::int64_t first, std::int64_t last) {
  return first == last ? fmt::format("event {} is", first)
                       : fmt::format("events {} to {} are", first, last);
}

}  // namespace

std::string_view name_of(Finding finding) noexcept {
  switch (finding) {
    case Finding::edited:
      return "edited";
    case Finding::deleted:
      return "deleted";
    case Finding::inserted:
      return "inserted";
    case Finding::reordered:
      return "reordered";
    case Finding::truncated:
      return "truncated";
    case Finding::rewritten:
      return "rewritten";
    case Finding::headless:
      return "headless";
  }
  return "";
}

ChainWalk::ChainWalk(std::string chain, std::vector<core::ChainHead> anchors)
    : chain_(std::move(chain)),
      anchors_(std::move(anchors)),
      start_{chain_, 0, no_hash()},
      last_{start_} {
  std::ranges::stable_sort(anchors_, {}, &core::ChainHead::seq);
}

ChainWalk::Place ChainWalk::place_of(const core::AuditEvent& event) {
  return {event.seq, event.at, event.kind, event.previous_hash, event.hash};
}

bool ChainWalk::follows(const Place& place, const core::ChainHead& before) {
  return place.seq == before.seq + 1 && place.previous_hash == before.hash;
}

void ChainWalk::breaks(Finding finding, const Place& place, std::string why) {
  if (!flaw_) flaw_ = Flaw{finding, chain_, place.seq, std::move(why), place.at, place.kind};
}

void ChainWalk::breaks(Finding finding, std::int64_t seq, std::string why) {
  if (seq == last_place_.seq && has_begun_) return breaks(finding, last_place_, std::move(why));
  if (!flaw_) flaw_ = Flaw{finding, chain_, seq, std::move(why), {}, {}};
}

/// The first event may be of a part, or the one behind a seal: whether it may be the first is known
/// at the end.
void ChainWalk::begin_at(const Place& place) {
  has_begun_ = true;
  first_place_ = place;
  start_ = {chain_, place.seq - 1, place.previous_hash};
  last_ = start_;
  next_anchor_ = 0;
  compared_ = 0;
  if (place.seq < 1) return breaks(Finding::inserted, place, "no event has a number below 1");
  if (place.seq == 1 && place.previous_hash != no_hash())
    return breaks(Finding::rewritten, place, "it is the first event, and names one before it");
  compare_anchors();
}

void ChainWalk::accept(const core::AuditEvent& event) {
  last_.seq = event.seq;
  last_.hash = event.hash;
  last_place_.seq = event.seq;
  last_place_.at = event.at;
  last_place_.kind = event.kind;
  if (next_anchor_ < anchors_.size()) compare_anchors();
  if (start_.seq > 0 && event.kind == core::name_of(core::AuditKind::audit_sealed))
    take_seal(event);
}

/// Anchors before the start are not compared: nothing is there to compare them with.
void ChainWalk::compare_anchors() {
  for (; next_anchor_ < anchors_.size() && anchors_[next_anchor_].seq <= last_.seq;
       ++next_anchor_) {
    const auto& anchor = anchors_[next_anchor_];
    if (anchor.seq < last_.seq) continue;
    ++compared_;
    if (anchor.hash == last_.hash) continue;
    if (last_.seq == start_.seq)
      breaks(Finding::rewritten, first_place_,
             "the event before it has another hash than the one that was anchored");
    else
      breaks(Finding::rewritten, last_place_,
             "the event has another hash than the one that was anchored");
  }
}

void ChainWalk::take_seal(const core::AuditEvent& event) {
  const auto payload = view::parse_json(event.payload);
  if (!payload || !payload->is_object()) return;
  const auto number = [&](const char* key) {
    const auto value = payload->value(key, view::Json{});
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
  };
  const auto text = [&](const char* key) {
    const auto value = payload->value(key, view::Json{});
    return value.is_string() ? value.get<std::string>() : std::string{};
  };
  Seal seal{number("up_to"), bytes_of_hex(text("hash")).value_or(""), number("events"),
            text("sha256")};
  if (seal.up_to == start_.seq && seal.hash == start_.hash) seal_ = std::move(seal);
}

const std::optional<Flaw>& ChainWalk::feed(std::span<const core::AuditEvent> events) {
  for (const auto& event : events) add(event);
  return flaw_;
}

void ChainWalk::add(const core::AuditEvent& event) {
  if (flaw_) return;
  if (repeated_) return decide_repeated(event.previous_hash);
  if (early_) return add_after_gap(event);
  if (event.chain != chain_)
    return breaks(Finding::inserted, place_of(event),
                  fmt::format("the event belongs to chain \"{}\"", event.chain));
  if (!has_own_hash(event))
    return breaks(Finding::edited, place_of(event), "its hash is not the hash of what it says");
  add_in_turn(event);
}

void ChainWalk::add_in_turn(const core::AuditEvent& event) {
  if (!has_begun_) begin_at(place_of(event));
  if (flaw_) return;
  if (event.seq == last_.seq + 1 && event.previous_hash == last_.hash) return accept(event);
  if (event.seq == last_.seq + 1)
    return breaks(Finding::rewritten, last_.seq,
                  fmt::format("event {} does not follow it: this event, and perhaps others before "
                              "it, got a new text and a new hash",
                              event.seq));
  add_out_of_turn(place_of(event));
}

void ChainWalk::add_out_of_turn(Place place) {
  if (place.seq > last_.seq) {
    early_ = std::move(place);
  } else if (place.seq == last_.seq) {
    repeated_ = std::move(place);
  } else if (place.seq > start_.seq || place.seq < 1) {
    breaks(Finding::inserted, place,
           fmt::format("it stands behind event {}, and the chain holds without it", last_.seq));
  } else {  // either this one was put here, or those before it stand too early
    early_ = first_place_;
    left_off_ = last_;
    low_ = place;
    line_ = 1;
    begin_at(place);
    last_ = {chain_, place.seq, place.hash};
    last_place_ = std::move(place);
    compare_anchors();
  }
}

/// Two events have one number: the next event follows one of them.
void ChainWalk::decide_repeated(const std::string& next_previous) {
  const bool is_first = next_previous == repeated_->hash && repeated_->hash != last_.hash;
  breaks(Finding::inserted, is_first ? last_place_ : *repeated_,
         fmt::format("two events have the number {}, and the chain goes on from the other one",
                     last_.seq));
}

void ChainWalk::add_after_gap(const core::AuditEvent& event) {
  const bool fits = event.seq == last_.seq + 1 && event.previous_hash == last_.hash;
  if (fits && event.chain == chain_ && has_own_hash(event)) {
    accept(event);
    ++line_;
  } else if (line_ > 0) {
    has_skipped_ = true;
    const bool belongs_here = follows(*early_, last_);
    if (!belongs_here && low_ && line_ == 1 && follows(place_of(event), left_off_))
      breaks(
          Finding::inserted, *low_,
          fmt::format("it stands behind event {}, and the chain holds without it", left_off_.seq));
    else if (belongs_here)
      decide_gap();
  }
}

void ChainWalk::decide_gap() {
  const auto& early = *early_;
  if (line_ == 0)
    return breaks(
        Finding::deleted, last_.seq + 1,
        fmt::format("{} missing: {} ({}, {}) follows {}{}", numbers(last_.seq + 1, early.seq - 1),
                    early.seq, early.kind, rfc3339(early.at), last_.seq,
                    last_.seq == 0 ? "" : " (" + rfc3339(last_place_.at) + ")"));
  const bool is_in_line = early.seq <= last_.seq;
  if (follows(early, last_) || (has_skipped_ && !is_in_line))
    return breaks(Finding::reordered, early,
                  fmt::format("it stands before event {}, and its place is behind event {}",
                              last_.seq, early.seq - 1));
  breaks(Finding::inserted, early, "the chain holds without it");
}

void ChainWalk::check_begin(const ChainEnds& ends) {
  if (!ends.begin) return;
  const auto& begin = *ends.begin;
  if (!has_begun_) {  // a part may be empty
    start_ = last_ = {chain_, begin.seq, begin.seq == 0 ? no_hash() : begin.hash};
  } else if (start_.seq == begin.seq) {
    if (begin.seq > 0 && begin.hash != start_.hash)
      breaks(Finding::rewritten, first_place_,
             "it does not follow the event that the export names as the one before it");
  } else if (start_.seq < begin.seq) {
    breaks(Finding::inserted, first_place_,
           fmt::format("the export says that it begins behind event {}", begin.seq));
  } else if (begin.seq > 0 || !seal_) {
    breaks(Finding::deleted, begin.seq + 1,
           fmt::format("{} missing: the chain begins at {} ({}, {})",
                       numbers(begin.seq + 1, start_.seq), first_place_.seq, first_place_.kind,
                       rfc3339(first_place_.at)));
  }
}

void ChainWalk::check_head(const core::ChainHead& head) {
  if (head.seq == 0 && last_.seq == 0) return;
  if (head.seq == 0)
    return breaks(Finding::headless, last_.seq, "the chain has events and no head");
  if (last_.seq < head.seq)
    return breaks(Finding::truncated, last_.seq + 1,
                  fmt::format("the chain ends at {}, and its head says {}", last_.seq, head.seq));
  if (last_.seq > head.seq)
    return breaks(Finding::inserted, head.seq + 1,
                  fmt::format("the chain ends at {}, and its head says {}", last_.seq, head.seq));
  if (last_.hash != head.hash)
    breaks(Finding::rewritten, last_.seq, "the chain's head has another hash than its last event");
}

void ChainWalk::check_missing_anchors() {
  if (next_anchor_ == anchors_.size()) return;
  breaks(Finding::truncated, last_.seq + 1,
         fmt::format("the chain ends at {}, and an anchor has event {}: the chain was cut",
                     last_.seq, anchors_.back().seq));
}

const std::optional<Flaw>& ChainWalk::finish(const ChainEnds& ends) {
  if (repeated_) decide_repeated(ends.head ? ends.head->hash : "");
  if (!flaw_ && early_) decide_gap();
  if (!flaw_) check_begin(ends);
  if (!flaw_ && ends.head) check_head(*ends.head);
  if (!flaw_ && !ends.is_part) check_missing_anchors();
  return flaw_;
}

const std::optional<Flaw>& ChainWalk::finish(const core::ChainHead& head) {
  return finish(ChainEnds{core::ChainHead{chain_, 0, ""}, head, false});
}

}  // namespace jobflip::audit
