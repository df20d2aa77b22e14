#include "jobflip/daemon/sample_readers.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace jobflip::daemon {
namespace {

struct Reading {
  Result<core::QueueSample> sample;
  Millis took;
  WallTime at;
};

constexpr Millis kQuick{500};  // a reading behind which ids are read, and how long those may take
constexpr Millis kIdsRest{60'000};

Reading read(ports::QueueSource& source, const core::QueueSettings& queue) {
  const auto began = BootClock::now();
  auto sample = source.sample(queue);
  return {std::move(sample), std::chrono::duration_cast<Millis>(BootClock::now() - began),
          std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now())};
}

}  // namespace

SampleReaders::SampleReaders(boost::asio::io_context& loop, Parts parts)
    : loop_(loop), parts_(std::move(parts)), self_(std::make_shared<SampleReaders*>(this)) {
  JF_CHECK(parts_.probe && parts_.is_used && parts_.on_sampled && parts_.on_running);
}

SampleReaders::~SampleReaders() {
  self_.reset();
  cancel();
}

void SampleReaders::cancel() {
  for (auto& [database, reader] : readers_) reader.call.cancel();
}

void SampleReaders::sample(const core::SampleQueue& wanted) {
  const auto& database = wanted.queue.database;
  auto reader = readers_.find(database);
  if (reader == readers_.end()) {
    if (const auto source = parts_.probe->source_of(wanted.queue); !source)
      return fail(wanted, source.error());
    reader = readers_.try_emplace(database, loop_).first;
  }
  auto& waiting = reader->second.waiting;
  const auto same = [&wanted](const core::SampleQueue& other) {
    return other.pool == wanted.pool && other.queue.name == wanted.queue.name;
  };
  // changed settings of a queue replace those that wait
  if (const auto found = std::ranges::find_if(waiting, same); found != waiting.end()) {
    *found = wanted;
  } else {
    waiting.push_back(wanted);
  }
  read_next(database);
}

void SampleReaders::read_next(const std::string& database) {
  const auto found = readers_.find(database);
  if (found == readers_.end() || found->second.call.in_flight()) return;
  Reader& reader = found->second;
  if (const auto of = std::exchange(reader.running_of, std::nullopt))
    return read_running(reader, *of);
  while (!reader.waiting.empty()) {
    const core::SampleQueue next = std::move(reader.waiting.front());
    reader.waiting.pop_front();
    // looked up for each reading: the settings of the database may have changed
    auto source = parts_.probe->source_of(next.queue);
    if (!source) {
      fail(next, source.error());
      continue;
    }
    return reader.call.run(
        BootClock::now() + parts_.deadline,
        [source = *source, queue = next.queue] { return read(*source, queue); },
        [source = *source] { source->cancel(); },
        [this, next](Reading reading) {
          const auto& sample = reading.sample;
          Reader& mine = readers_.at(next.queue.database);  // which is there while it reads
          if (next.queue.preset && sample && sample->running > 0 && reading.took <= kQuick &&
              BootClock::now() >= mine.no_ids_before)
            mine.running_of = next;
          parts_.on_sampled(
              {next.pool, next.queue.name, std::move(reading.sample), reading.took, reading.at});
          read_next(next.queue.database);
          end_unused();
        });
  }
}

void SampleReaders::read_running(Reader& reader, const core::SampleQueue& of) {
  auto source = parts_.probe->source_of(of.queue);
  if (!source) return read_next(of.queue.database);
  const Instant began = BootClock::now();
  reader.call.run(
      began + std::min(parts_.deadline, 2 * kQuick),
      [source = *source, queue = of.queue] { return source->running_ids(queue); },
      [source = *source] { source->cancel(); },
      [this, of, began](Result<std::vector<std::string>> ids) {
        const Instant now = BootClock::now();
        if (ids.has_error() || now - began > kQuick)
          readers_.at(of.queue.database).no_ids_before = now + kIdsRest;
        if (ids) parts_.on_running({of.pool, of.queue.name, std::move(*ids)});
        read_next(of.queue.database);
        end_unused();
      });
}

/// Posted, since the caller of sample() is in the middle of a step.
void SampleReaders::fail(const core::SampleQueue& wanted, const Error& error) {
  boost::asio::post(loop_, [pool = wanted.pool, name = wanted.queue.name, error,
                            alive = std::weak_ptr<SampleReaders*>{self_}] {
    if (const auto self = alive.lock()) (*self)->parts_.on_sampled({pool, name, error, Millis{0}});
  });
}

void SampleReaders::drop_waiting() {
  for (auto& [database, reader] : readers_) {
    reader.waiting.clear();
    reader.running_of.reset();
  }
}

void SampleReaders::end_unused() {
  std::erase_if(readers_, [this](const auto& entry) {
    const auto& [database, reader] = entry;
    const bool idle = reader.waiting.empty() && !reader.running_of && !reader.call.in_flight();
    return idle && !parts_.is_used(database);
  });
}

}  // namespace jobflip::daemon
