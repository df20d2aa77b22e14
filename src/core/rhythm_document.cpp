// What was learned, as JSON: counts as pairs of bucket and weight, hours as pairs of hour and
// minutes.

#include <array>
#include <cmath>

#include "core/field_json.hpp"
#include "jobflip/core/rhythm.hpp"

namespace jobflip::core {
namespace {

struct CountsKey {
  const char* key;
  LengthCounts Rhythm::*member;
};
constexpr std::array kCounts{
    CountsKey{"quiet_gaps", &Rhythm::quiet_gaps}, CountsKey{"run_times", &Rhythm::run_times},
    CountsKey{"success_gaps", &Rhythm::success_gaps}, CountsKey{"due_ages", &Rhythm::due_ages},
    CountsKey{"idle_gaps", &Rhythm::idle_gaps}};
struct LengthKey {
  const char* key;
  Millis Rhythm::*member;
};
constexpr std::array kLengths{LengthKey{"watched_ms", &Rhythm::watched},
                              LengthKey{"moving_ms", &Rhythm::moving},
                              LengthKey{"backlogged_ms", &Rhythm::backlogged},
                              LengthKey{"faded_ms", &Rhythm::faded},
                              LengthKey{"wait_ms", &Rhythm::wait},
                              LengthKey{"wait_age_ms", &Rhythm::wait_age},
                              LengthKey{"unsure_wait_ms", &Rhythm::unsure_wait},
                              LengthKey{"unsure_age_ms", &Rhythm::unsure_age},
                              LengthKey{"vain_age_ms", &Rhythm::vain_age}};
struct NumberKey {
  const char* key;
  int Rhythm::*member;
};
constexpr std::array kNumbers{NumberKey{"served", &Rhythm::served},
                              NumberKey{"jobs", &Rhythm::jobs},
                              NumberKey{"most_drained", &Rhythm::most_drained},
                              NumberKey{"most_running", &Rhythm::most_running},
                              NumberKey{"vain_waits", &Rhythm::vain_waits},
                              NumberKey{"vain_hangs", &Rhythm::vain_hangs},
                              NumberKey{"taught", &Rhythm::taught}};
constexpr const char* kHours = "idle_minutes";
constexpr double kHundredth = 100;
constexpr int kMostNumber = 1'000'000'000;

/// As few digits as matter.
Json weight_json(double weight) {
  if (weight >= kHundredth) return std::llround(weight);
  return std::round(weight * kHundredth) / kHundredth;
}

Json counts_json(const LengthCounts& counts) {
  Json out = Json::array();
  const auto& weights = counts.weights();
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > 0) out.push_back(Json{i, weight_json(static_cast<double>(weights[i]))});
  return out;
}

/// A pair of a place and a number; false for anything else.
bool read_pair(const Json& pair, std::size_t places, std::size_t& place, double& number) {
  std::int64_t at{};
  if (!pair.is_array() || pair.size() != 2 || !read_json(pair[0], at) ||
      !read_json(pair[1], number))
    return false;
  if (at < 0 || at >= static_cast<std::int64_t>(places)) return false;
  place = static_cast<std::size_t>(at);
  return true;
}

bool read_counts(const Json& json, LengthCounts& out) {
  if (!json.is_array() || json.size() > LengthCounts::kBuckets) return false;
  for (const Json& pair : json) {
    std::size_t bucket{};
    double weight{};
    if (!read_pair(pair, LengthCounts::kBuckets, bucket, weight)) return false;
    out.set_weight(bucket, weight);
  }
  return true;
}

bool read_hours(const Json& json, Rhythm& out) {
  if (!json.is_array() || json.size() > kHoursOfWeek) return false;
  for (const Json& pair : json) {
    std::size_t hour{};
    double minutes{};
    if (!read_pair(pair, kHoursOfWeek, hour, minutes)) return false;
    if (minutes < 0 || minutes > kMostIdleMinutes) return false;
    out.idle_minutes[hour] = static_cast<std::uint16_t>(minutes);
  }
  return true;
}

Error wrong(const std::string& key) {
  return {ErrorCode::internal,
          "what was learned can't be read: " + (key.empty() ? "no JSON object" : key),
          "it is learned again"};
}

/// The first key whose value is none of its kind; "": all are.
std::string first_wrong(const Json& object, Rhythm& out) {
  const auto is_there = [&](const char* key) { return object.contains(key); };
  for (const auto& [key, member] : kLengths)
    if (is_there(key) && (!read_json(object[key], out.*member) || (out.*member).count() < 0))
      return key;
  for (const auto& [key, member] : kNumbers)
    if (is_there(key) &&
        (!read_json(object[key], out.*member) || out.*member < 0 || out.*member > kMostNumber))
      return key;
  for (const auto& [key, member] : kCounts)
    if (is_there(key) && !read_counts(object[key], out.*member)) return key;
  if (is_there(kHours) && !read_hours(object[kHours], out)) return kHours;
  return "";
}

}  // namespace

std::string rhythm_document(const Rhythm& rhythm) {
  Json out = Json::object();
  for (const auto& [key, member] : kLengths) out[key] = (rhythm.*member).count();
  for (const auto& [key, member] : kNumbers) out[key] = rhythm.*member;
  for (const auto& [key, member] : kCounts) out[key] = counts_json(rhythm.*member);
  Json hours = Json::array();
  for (std::size_t i = 0; i < kHoursOfWeek; ++i)
    if (rhythm.idle_minutes[i] > 0) hours.push_back(Json{i, rhythm.idle_minutes[i]});
  out[kHours] = std::move(hours);
  return dump(out);
}

Result<Rhythm> parse_rhythm_document(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return wrong("");
  Rhythm out;
  if (const auto bad = first_wrong(*object, out); !bad.empty()) return wrong(bad);
  update_limits(out);
  return out;
}

}  // namespace jobflip::core
