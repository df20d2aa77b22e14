#pragma once
/// Reads the audit log forward, chain by chain, and gives the events out in the order of their
/// times.
///
/// Nothing is missed or repeated, although events become visible out of order. The argument:
/// whoever appends to a chain holds the lock of the chain's head from reading the last number until
/// the commit (src/store/sql/audit/audit_append.sql). So within a chain events become visible in
/// the order of their numbers and without gaps: once a reader sees number n, no lower one can
/// appear later. A position is therefore one number for each chain. A position in time, or one for
/// all chains, would not do: a transaction may write its event at 10:00:00 in one chain and commit
/// after another chain has shown an event of 10:00:01. That event is then given out later, not left
/// out, and so is a chain that is new.
///
/// Invariants: it keeps at most kStreamPage events in all, but at least one for each chain. A page
/// that could not be read has changed no position.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

inline constexpr std::int64_t kStreamPage = 500;

class EventStream {
 public:
  /// `chain`: "" for all. It begins with the first event of each chain.
  EventStream(std::string chain, core::EventFilter filter);

  /// Leaves out every chain's events up to these.
  void begin_after(const std::vector<core::ChainHead>& heads);

  /// The next events. Empty, without has_more(): those are all for now, ask again later. From then
  /// on the filter's `since` no longer counts: a clock that is set back must hide nothing new.
  Result<std::vector<core::AuditEvent>> next(ports::ReaderStore& store);
  bool has_more() const;

  /// What shows that the log lost or changed events since they were read; each is told once.
  std::vector<std::string> take_flaws();

 private:
  struct Chain {
    core::ChainHead read;  // everything up to here was read; hash "": not known
    core::ChainHead head;  // as the store had it last
    std::deque<core::AuditEvent> waiting{};
    bool has_unread() const { return read.seq < head.seq; }
  };

  Result<void> read_heads(ports::ReaderStore& store);
  void note_head(const core::ChainHead& head);
  Result<void> read_page(ports::ReaderStore& store, Chain& chain, std::int64_t limit);
  Chain* earliest();

  std::string chain_;
  core::EventFilter filter_;
  std::map<std::string, Chain> chains_;
  std::vector<std::string> flaws_;
};

}  // namespace jobflip::cli
