#include "demo/mail_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "demo/command.hpp"

namespace jobflip::demo {
namespace {

// the value of a header line, "" if there is none
std::string_view header(std::string_view text, std::string_view name) {
  const auto headers = text.substr(0, text.find("\n\n"));
  const std::string key = "\n" + std::string{name} + ": ";
  const auto at = headers.find(key);
  if (at == std::string_view::npos) return {};
  const auto value = headers.substr(at + key.size());
  return value.substr(0, value.find('\n'));
}

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && stop == text.data() + text.size() && number > 0;
}

std::optional<WallTime> written_at(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return WallTime{std::chrono::seconds{facts.st_mtim.tv_sec} +
                  Micros{facts.st_mtim.tv_nsec / 1000}};
}

bool in_full(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text.ends_with(kLastLine);
}

// the same mail again: allowed only as a newer attempt, recorded as such, after the lease of the
// one before, or after the time for which a worker leaves an attempt alone
void judge_again(const Delivery& before, const Delivery& again, Tally& tally) {
  const bool late = again.at - before.at >= kResendAfter / 2;
  const bool recorded = again.attempt > before.attempt &&
                        (again.epoch > before.epoch || (again.epoch == before.epoch && late));
  (recorded ? tally.repeated : tally.twice) += 1;
  tally.remarks.push_back(fmt::format(
      "mail {} {}: attempt {} by {} under epoch {}, then attempt {} by {} under epoch {}",
      again.email, recorded ? "repeated" : "came twice", before.attempt, before.node, before.epoch,
      again.attempt, again.node, again.epoch));
}

}  // namespace

Result<Delivery> parse_delivery(std::string_view text, WallTime at) {
  Delivery delivery;
  delivery.at = at;
  delivery.node = header(text, "X-Email-Node");
  if (!parse(header(text, "X-Email-Id"), delivery.email) ||
      !parse(header(text, "X-Email-Attempt"), delivery.attempt) ||
      !parse(header(text, "X-Email-Epoch"), delivery.epoch) || delivery.node.empty())
    return Error{ErrorCode::host_failed, "a mail without X-Email-Id, -Attempt, -Epoch or -Node",
                 ""};
  return delivery;
}

Result<std::vector<Delivery>> read_deliveries(const std::string& folder) {
  std::vector<Delivery> deliveries;
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    const std::string path = file->path().string();
    const auto at = written_at(path);
    const auto text = read_text(path);
    if (!at || !text || !in_full(*text)) continue;  // still arriving, or aborted and removed
    auto delivery = parse_delivery(*text, *at);
    if (!delivery) return Error{delivery.error().code, path + ": " + delivery.error().text, ""};
    deliveries.push_back(std::move(*delivery));
  }
  if (error)
    return Error{ErrorCode::host_failed, "cannot list " + folder + ": " + error.message(), ""};
  std::ranges::sort(deliveries, {}, [](const Delivery& one) {
    return std::pair{one.at, one.epoch};
  });
  return deliveries;
}

Tally tally(const std::vector<Delivery>& deliveries, int queued) {
  Tally result;
  std::map<std::int64_t, Delivery> latest;
  std::int64_t highest_epoch = 0;
  for (const Delivery& delivery : deliveries) {
    if (delivery.epoch < highest_epoch) {
      ++result.out_of_order;
      result.remarks.push_back(
          fmt::format("mail {} came by {} under epoch {}, after mails of epoch {}", delivery.email,
                      delivery.node, delivery.epoch, highest_epoch));
    }
    highest_epoch = std::max(highest_epoch, delivery.epoch);
    const auto [place, first] = latest.try_emplace(delivery.email, delivery);
    if (first) continue;
    judge_again(place->second, delivery, result);
    place->second = delivery;
  }
  for (std::int64_t id = 1; id <= queued; ++id)
    (latest.contains(id) ? result.delivered : result.lost)++;
  return result;
}

Millis longest_gap(const std::vector<Delivery>& deliveries, WallTime from, WallTime to) {
  Micros longest{0};
  for (std::size_t i = 1; i < deliveries.size(); ++i)
    if (deliveries[i].at >= from && deliveries[i].at <= to)
      longest = std::max(longest, deliveries[i].at - deliveries[i - 1].at);
  return std::chrono::duration_cast<Millis>(longest);
}

}  // namespace jobflip::demo
