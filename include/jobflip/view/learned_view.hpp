#pragma once
/// What was learned about queues, in sentences and as JSON, and which settings contradict it.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/learned_advice.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// One sentence each: how much is known, gaps, run times, ages, times without work; with the limit
/// that follows, and the setting that counts in its place. Lengths are upper ends of buckets that
/// grow by a quarter: "about".
std::vector<std::string> learned_sentences(const core::QueueSettings& queue,
                                           const core::Rhythm& rhythm);
/// `limits` are those learned, with their floors; `in_force` those that the queue is judged by.
Json learned_json(const core::QueueSettings& queue, const core::Rhythm& rhythm);
/// What was learned about a queue; empty if nothing was, or it can't be read.
std::optional<core::Rhythm> rhythm_of(const std::vector<core::Learned>& learned,
                                      const PoolName& pool, const QueueName& queue);

struct QueueAdvice {
  PoolName pool;
  QueueName queue;
  core::SettingAdvice advice;
};
std::vector<QueueAdvice> advice_on_queue(const PoolName& pool, const core::QueueSettings& queue,
                                         const core::Rhythm& rhythm);
/// Of every queue of the fleet. A document that can't be read says nothing.
std::vector<QueueAdvice> advice_on_fleet(const core::Fleet& fleet,
                                         const std::vector<core::Learned>& learned);
/// `pool mail queue email: stall_after = "30s", but ...`
std::string advice_text(const QueueAdvice& one);
Json advice_json(const std::vector<QueueAdvice>& advice);

}  // namespace jobflip::view
