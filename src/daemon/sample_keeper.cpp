#include "jobflip/daemon/sample_keeper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::daemon {

SampleKeeper::SampleKeeper(boost::asio::io_context& loop, Parts parts)
    : parts_(std::move(parts)), timer_(loop), call_(loop) {
  JF_CHECK(!parts_.store || (parts_.log && parts_.learned && parts_.on_learned));
}

SampleKeeper::~SampleKeeper() {
  call_.cancel();
}

void SampleKeeper::follow(std::optional<Epoch> epoch) {
  if (!parts_.store || epoch == epoch_) return;
  epoch_ = epoch;
  backlog_.clear();
  sent_.clear();
  asked_ = answered_ = fresh_ = false;
  learned_at_ = BootClock::now();
  if (!epoch_) {
    timer_.cancel();
    call_.cancel();
    return;
  }
  send();
}

void SampleKeeper::add(const PoolName& pool, const QueueName& queue, core::WaitingSample sample) {
  if (parts_.store && epoch_) backlog_.add(pool, queue, std::move(sample));
}

void SampleKeeper::set_timer(Millis after) {
  timer_.expires_after(after);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) send();
  });
}

template <class F, class Done>
void SampleKeeper::call(F call, Done done) {
  call_.run(
      BootClock::now() + parts_.deadline, std::move(call),
      [store = parts_.store] { store->cancel(); },
      [this, epoch = epoch_, done = std::move(done)](auto answer) mutable {
        if (epoch != epoch_) {  // it leads no more, or again
          if (epoch_) send();
          return;
        }
        done(std::move(answer));
        if (!call_.in_flight()) set_timer(parts_.send_every);
      });
}

/// One call at a time; the next one goes when its turn comes.
void SampleKeeper::send() {
  if (!epoch_ || call_.in_flight()) return;
  if (!asked_) return ask_what_was_learned();
  if (auto due = backlog_.take(BootClock::now()); !due.empty()) return send_samples(std::move(due));
  // what is kept must not be replaced by somebody who does not know it, and what a person had
  // learned meanwhile comes first
  if (!answered_) return ask_what_was_learned();
  if (BootClock::now() - learned_at_ < parts_.learned_every) return set_timer(parts_.send_every);
  if (std::exchange(fresh_, false)) return send_learned();
  ask_what_was_learned();
}

void SampleKeeper::ask_what_was_learned() {
  asked_ = true;
  call([store = parts_.store] { return store->learned(); },
       [this](Result<std::vector<core::Learned>> answer) {
         if (!answer) return failed(0, answer.error());
         answered_ = true;
         for (const auto& one : *answer)
           sent_[one.pool.str() + "/" + one.queue.str()] = one.document;
         parts_.on_learned(std::move(*answer));
         if (BootClock::now() - learned_at_ < parts_.learned_every) return;
         fresh_ = true;
         send();
       });
}

void SampleKeeper::send_samples(std::vector<core::NewSample> samples) {
  const auto count = samples.size();
  core::SampleBatch batch{parts_.node, *epoch_, std::move(samples)};
  call([store = parts_.store, batch = std::move(batch)] { return store->keep_samples(batch); },
       [this, count](Result<bool> kept) {
         if (!kept) return failed(count, kept.error());
         last_error_.clear();
         send();  // more may be due
       });
}

/// Only what has changed.
void SampleKeeper::send_learned() {
  learned_at_ = BootClock::now();
  core::LearnedBatch batch{parts_.node, *epoch_, {}};
  for (auto& one : parts_.learned()) {
    auto& sent = sent_[one.pool.str() + "/" + one.queue.str()];
    if (sent == one.document || batch.learned.size() >= core::kLearnedBatchMax) continue;
    sent = one.document;
    batch.learned.push_back(std::move(one));
  }
  if (batch.learned.empty()) return set_timer(parts_.send_every);
  call([store = parts_.store, batch = std::move(batch)] { return store->keep_learned(batch); },
       [this](Result<bool> kept) {
         if (kept) return;
         sent_.clear();
         failed(0, kept.error());
       });
}

/// Once for each error, not for each batch.
void SampleKeeper::failed(std::size_t lost, const Error& error) {
  lost_ += static_cast<std::int64_t>(lost);
  if (error.text == last_error_) return;
  last_error_ = error.text;
  parts_.log->warn("readings can't be kept ({} dropped so far): {}", dropped(),
                   printable(error.text, 500));
}

}  // namespace jobflip::daemon
