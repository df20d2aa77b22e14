#include "jobflip/notify/anchor_keeper.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "jobflip/base/hex.hpp"
#include "jobflip/view/json_text.hpp"
#include "notify/anchor_file.hpp"
#include "notify/webhook.hpp"

namespace jobflip::notify {
namespace {

constexpr std::size_t kMostInAPost = 500;

/// What waits for one of the two, and whether it failed last.
struct Outlet {
  std::map<std::string, Anchor> waiting;  // the newest of each chain
  bool is_failing{false};

  std::vector<Anchor> first(std::size_t most) const {
    std::vector<Anchor> out;
    for (const auto& [chain, anchor] : waiting) {
      if (out.size() == most) break;
      out.push_back(anchor);
    }
    return out;
  }
};

std::string body_of(const NodeName& supervisor, const std::vector<Anchor>& anchors) {
  auto list = view::Json::array();
  for (const auto& anchor : anchors)
    list.push_back(view::Json{{"at", rfc3339(anchor.at)},
                              {"chain", anchor.head.chain},
                              {"seq", anchor.head.seq},
                              {"hash", hex_of_bytes(anchor.head.hash)}});
  return view::json_text(
      view::Json{{"schema", 1}, {"supervisor", supervisor.str()}, {"anchors", std::move(list)}},
      -1);
}

WallTime wall_now() {
  return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
}

class AnchorKeeper final : public ports::AnchorSink {
 public:
  AnchorKeeper(AnchorSettings settings, Report report)
      : settings_(std::move(settings)), report_(std::move(report)), thread_([this] { serve(); }) {}

  ~AnchorKeeper() override {
    {
      const std::lock_guard lock{mutex_};
      is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void keep(std::span<const core::ChainHead> heads) noexcept override {
    const auto now = wall_now();
    {
      const std::lock_guard lock{mutex_};
      for (const auto& head : heads) new_.insert_or_assign(head.chain, Anchor{now, head});
    }
    changed_.notify_all();
  }

 private:
  void serve() noexcept {  // NOLINT(bugprone-exception-escape): it ends the process
    std::unique_lock lock{mutex_};
    for (;;) {
      const auto is_due = [this] { return is_ending_.load() || !new_.empty(); };
      if (file_.waiting.empty() && url_.waiting.empty())
        changed_.wait(lock, is_due);
      else
        changed_.wait_for(lock, settings_.retry_every, is_due);
      const auto taken = std::exchange(new_, {});
      lock.unlock();
      for (const auto& [chain, anchor] : taken) {
        if (!settings_.file.empty()) file_.waiting.insert_or_assign(chain, anchor);
        if (!settings_.url.empty()) url_.waiting.insert_or_assign(chain, anchor);
      }
      write_file();
      if (!is_ending_) post();
      lock.lock();
      if (is_ending_ && new_.empty()) return;
    }
  }

  void write_file() {
    const auto anchors = file_.first(file_.waiting.size());
    if (!anchors.empty()) end(file_, anchors, append_anchors(settings_.file, anchors));
  }

  void post() {
    const auto anchors = url_.first(kMostInAPost);
    if (anchors.empty()) return;
    const auto posted =
        post_json(settings_.url, body_of(settings_.supervisor, anchors), is_ending_);
    if (!is_ending_) end(url_, anchors, posted);
  }

  void end(Outlet& outlet, const std::vector<Anchor>& anchors, const Result<void>& done) {
    if (done)
      for (const auto& anchor : anchors) outlet.waiting.erase(anchor.head.chain);
    if (std::exchange(outlet.is_failing, done.has_error()) == done.has_error()) return;
    const auto& what = &outlet == &file_ ? "anchor_file" : "anchor_url";
    report_(done.has_error(), done
                                  ? std::string{what} + ": heads of the audit chains are kept again"
                                  : std::string{what} + ": " + done.error().text);
  }

  const AnchorSettings settings_;
  const Report report_;
  Outlet file_;  // of the thread only, like the next one
  Outlet url_;

  std::mutex mutex_;  // guards what is new, and the wait
  std::condition_variable changed_;
  std::map<std::string, Anchor> new_;
  std::atomic<bool> is_ending_{false};

  std::thread thread_;  // last, since it uses all of the above
};

}  // namespace

std::unique_ptr<ports::AnchorSink> open_anchor_keeper(const AnchorSettings& settings,
                                                      Report report) {
  return std::make_unique<AnchorKeeper>(settings, std::move(report));
}

}  // namespace jobflip::notify
