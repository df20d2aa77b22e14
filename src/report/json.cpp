#include "jobflip/report/json.hpp"

#include "jobflip/view/event_text.hpp"
#include "jobflip/view/incident_view.hpp"
#include "jobflip/view/timeline_view.hpp"
#include "report/figures.hpp"

namespace jobflip::report {
namespace {

using view::Json;

Json incident_json(const Facts& facts) {
  auto out = view::incident_json(facts.incident, true);
  if (!facts.of_flip) return out;
  // of a flip, nobody has judged these
  for (const auto* key : {"incident", "class", "severity", "perceptible", "downtime", "holds"})
    out[key] = Json{};
  return out;
}

Json figures_json(const Figures& figures) {
  return Json{{"standstill_ms", view::ms_json(figures.standstill)},
              {"detection_delay_ms", view::ms_json(figures.detection_delay)},
              {"decision_delay_ms", view::ms_json(figures.decision_delay)},
              {"flip_time_ms", view::ms_json(figures.flip_time)},
              {"to_first_job_ms", view::ms_json(figures.to_first_job)},
              {"recovery_time_ms", view::ms_json(figures.recovery_time)},
              {"whole_ms", view::ms_json(figures.whole)},
              {"flip", figures.flip ? Json(figures.flip->value) : Json{}},
              {"most_waiting", view::or_null(figures.most_waiting)},
              {"longest_wait_ms", view::ms_json(figures.longest_wait)},
              {"in_flight", view::or_null(figures.in_flight)},
              {"maybe_twice", view::or_null(figures.maybe_twice)}};
}

Json event_json(const core::AuditEvent& event) {
  return Json{{"chain", event.chain},
              {"seq", event.seq},
              {"at", rfc3339(event.at)},
              {"kind", event.kind},
              {"node", view::or_null(event.node)},
              {"flip", view::or_null(event.flip)},
              {"epoch", view::or_null(event.epoch)},
              {"actor", view::or_null(event.actor)},
              {"login", event.session_user},
              {"reason", event.reason},
              {"sentence", view::event_text(event)}};
}

Json queue_json(const Series& series) {
  Json points{{"at", Json::array()},        {"verdict", Json::array()}, {"waiting", Json::array()},
              {"oldest_ms", Json::array()}, {"running", Json::array()}, {"done", Json::array()}};
  for (const Point& point : series.points) {
    const auto figure = [&](std::int64_t value) { return point.read ? Json(value) : Json{}; };
    points["at"].push_back(rfc3339(point.at));
    points["verdict"].push_back(point.verdict ? Json(core::name_of(*point.verdict)) : Json{});
    points["waiting"].push_back(figure(point.waiting));
    points["oldest_ms"].push_back(view::ms_json(point.oldest));
    points["running"].push_back(figure(point.running));
    points["done"].push_back(figure(point.done));
  }
  return Json{{"queue", series.queue.str()},
              {"done_kind", core::kDoneKindWords.at(static_cast<std::size_t>(series.done_kind))},
              {"in_trouble", series.was_judged ? Json(series.in_trouble) : Json{}},
              {"readings", series.readings},
              {"failed", series.failed},
              {"points", std::move(points)}};
}

template <class T, class To>
Json list_json(const std::vector<T>& list, To to_json) {
  Json out = Json::array();
  for (const T& one : list) out.push_back(to_json(one));
  return out;
}

}  // namespace

nlohmann::ordered_json postmortem_json(const Facts& facts) {
  return Json{{"schema", 1},
              {"made_at", rfc3339(facts.made_at)},
              {"version", facts.version},
              {"incident", incident_json(facts)},
              {"figures", figures_json(figures_of(facts))},
              {"flips", list_json(facts.flips,
                                  [](const auto& one) { return view::timeline_json(one, true); })},
              {"flips_left_out", facts.flips_left_out},
              {"since_at", rfc3339(facts.since)},
              {"until_at", rfc3339(facts.until)},
              {"events", list_json(facts.events, event_json)},
              {"events_left_out", facts.events_left_out},
              {"queues", list_json(facts.queues, queue_json)},
              {"queues_left_out", facts.queues_left_out},
              {"time_zone", view::text_json(facts.zone.name)},
              {"remarks", facts.remarks}};
}

}  // namespace jobflip::report
