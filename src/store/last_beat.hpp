#pragma once
/// What a node said with its last full beat and was told then, so that it can say "the same again"
/// and be answered with a number. Only of a beat whose answer may be gone on from: the node holds
/// and renews all its pools, and nothing is going on. The store checks with every beat that
/// this is still so.

#include <utility>

#include "jobflip/core/lease_calls.hpp"
#include "store/wire.hpp"

namespace jobflip::store {

class LastBeat {
 public:
  /// Keeps nothing if the next beat may not build on this answer.
  void keep(core::BeatRequest request, const BeatAnswer& answer);
  void forget() { *this = LastBeat{}; }

  /// Would a full beat of `request` say anything else, or be told settings that the last one was
  /// not?
  bool covers(const core::BeatRequest& request) const;
  BeatNumber full_beat_number() const { return full_beat_number_; }
  /// The reply to one more beat that the store counted. Its number is the next: nobody else counts
  /// this node's beats, and after one whose answer was lost all of it is said again.
  core::BeatReply again();

 private:
  core::BeatRequest request_;
  core::BeatReply reply_;
  BeatNumber full_beat_number_;
  bool is_quiet_{false};
};

}  // namespace jobflip::store
