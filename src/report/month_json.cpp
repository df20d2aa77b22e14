#include "jobflip/report/month_json.hpp"

#include "jobflip/view/json_text.hpp"
#include "jobflip/view/service_view.hpp"
#include "report/month_review.hpp"

namespace jobflip::report {
namespace {

using view::Json;

Json compared_json(const Compared& compared) {
  return Json{{"month", compared.month}, {"before", compared.before}};
}

Json watched_json(const std::vector<Watched>& all) {
  Json out = Json::array();
  for (const Watched& one : all) {
    const bool is_known = one.month.uptime().has_value();
    Json days = Json::array();
    for (const Millis down : one.down_by_day) days.push_back(down.count());
    out.push_back(Json{{"name", one.name},
                       {"target", one.target},
                       {"met", is_known ? Json(one.is_met()) : Json{}},
                       {"month", view::service_minutes_json(one.month)},
                       {"before", view::service_minutes_json(one.before)},
                       {"budget_ms", is_known ? Json(one.budget.count()) : Json{}},
                       {"budget_left_ms", is_known ? Json(one.budget_left().count()) : Json{}},
                       {"down_by_day_ms", std::move(days)}});
  }
  return out;
}

Json overall_json(const Overall& overall) {
  return Json{{"share_of_time", view::or_null(overall.of_time)},
              {"average", view::or_null(overall.average)},
              {"all_up", view::or_null(overall.all_up)}};
}

Json incidents_json(const MonthFacts& facts, const MonthReview& review) {
  Json classes = Json::object();
  for (std::size_t i = 0; i < review.classes.size(); ++i)
    classes[std::string{core::name_of(static_cast<core::IncidentClass>(i))}] =
        compared_json(review.classes.at(i));
  Json longest = Json::array();
  for (const auto& [incident, down] : review.longest)
    longest.push_back(Json{{"incident", incident.id.value},
                           {"pool", incident.pool.str()},
                           {"class", core::name_of(incident.kind)},
                           {"opened_at", rfc3339(incident.opened_at)},
                           {"sentence", incident.sentence},
                           {"down_ms", down.count()}});
  return Json{{"all", compared_json(review.incidents)},
              {"perceptible", compared_json(review.perceptible)},
              {"downtime", compared_json(review.downtimes)},
              {"classes", std::move(classes)},
              {"crossing", review.crossing},
              {"set_back", review.set_back},
              {"left_out", facts.month.incidents_left_out},
              {"longest", std::move(longest)}};
}

Json lengths_json(const Lengths& lengths) {
  return Json{{"count", lengths.count},
              {"median_ms", view::ms_json(lengths.median)},
              {"worst_ms", view::ms_json(lengths.worst)},
              {"within_5min", lengths.within_lower},
              {"within_15min", lengths.within_upper},
              {"set_back", lengths.set_back}};
}

Json response_json(const ResponseTimes& times) {
  return Json{
      {"detect", lengths_json(times.detect)},    {"decide", lengths_json(times.decide)},
      {"flip", lengths_json(times.flip)},        {"no_progress", lengths_json(times.progress)},
      {"backlog", lengths_json(times.backlog)},  {"recover", lengths_json(times.recover)},
      {"longest_wait", lengths_json(times.wait)}};
}

Json flips_json(const MonthFacts& facts, const MonthReview& review) {
  Json triggers = Json::object();
  for (std::size_t i = 0; i < review.flips.size(); ++i) {
    const auto& counts = review.flips.at(i);
    triggers[std::string{name_of(static_cast<FlipTrigger>(i))}] = Json{
        {"flips", counts.flips}, {"restarts", counts.restarts}, {"outcomes", counts.by_outcome}};
  }
  return Json{{"all", compared_json(review.all_flips)},
              {"triggers", std::move(triggers)},
              {"holds", review.holds},
              {"left_out", facts.month.entries_left_out}};
}

Json deployments_json(const MonthReview& review) {
  Json out = Json::object();
  for (std::size_t i = 0; i < review.deployments.size(); ++i)
    out[std::string{core::name_of(static_cast<core::DeploymentState>(i))}] =
        compared_json(review.deployments.at(i));
  return out;
}

Json queues_json(const MonthReview& review) {
  Json out = Json::array();
  for (const auto& one : review.slow_queues)
    out.push_back(Json{{"pool", one.pool.str()},
                       {"queue", view::text_json(one.queue)},
                       {"longest_wait_ms", one.longest_wait.count()},
                       {"incidents", one.incidents}});
  return out;
}

}  // namespace

nlohmann::ordered_json month_json(const MonthFacts& facts) {
  const auto review = review_of(facts);
  return Json{{"schema", 1},
              {"made_at", rfc3339(facts.now)},
              {"version", facts.version},
              {"month", month_text(facts.month.days.month)},
              {"so_far", review.so_far},
              {"has_data", !review.is_empty},
              {"since_at", rfc3339(facts.month.days.from())},
              {"until_at", rfc3339(review.until)},
              {"time_zone", view::text_json(facts.zone.name)},
              {"pool", view::text_json(facts.only.str())},
              {"uptime", Json{{"services", overall_json(review.services_all)},
                              {"services_before", overall_json(review.services_before)},
                              {"pools", overall_json(review.pools_all)},
                              {"pools_before", overall_json(review.pools_before)}}},
              {"services", watched_json(review.services)},
              {"pools", watched_json(review.pools)},
              {"incidents", incidents_json(facts, review)},
              {"response", response_json(review.response)},
              {"flips", flips_json(facts, review)},
              {"deployments", deployments_json(review)},
              {"slow_queues", queues_json(review)},
              {"incidents_kept_since_at", view::time_json(facts.incidents_kept_since)},
              {"log_since_at", view::time_json(facts.log_since)},
              {"remarks", facts.remarks}};
}

}  // namespace jobflip::report
