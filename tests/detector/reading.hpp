#pragma once
/// What a probe shows of the truth: each system has its own columns, and a reading may fail.

#include "detector/model.hpp"
#include "detector/random.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::detsim {

/// The columns that a system has.
struct Columns {
  core::DoneKind done{};
  bool last_done{};
  bool marker{};
  bool deferred{};
  bool paused{};
  bool head{};
  bool counts_attempts{};  // `failed`: every failed attempt, not only jobs that were given up
  bool whole_seconds{};    // ages

  static Columns drawn(Random& random);
};

struct Read {
  Result<core::QueueSample> sample{core::QueueSample{}};
  Millis took{};
};

class Probe {
 public:
  Probe(const Profile& profile, Columns columns, Random random)
      : profile_(profile), columns_(columns), random_(random) {}

  Read read(const Model& model, std::size_t queue);
  const Columns& columns() const { return columns_; }

 private:
  core::QueueSample sample_of(const Row& row, std::size_t queue);

  const Profile& profile_;
  Columns columns_;
  Random random_;
  std::int64_t others_done_{0};  // of other queues of the same table
};

}  // namespace jobflip::detsim
