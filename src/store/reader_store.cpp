#include "jobflip/ports/reader_store.hpp"

#include "jobflip/base/lines.hpp"
#include "jobflip/store/open.hpp"
#include "store/audit_heads.hpp"
#include "store/deployments.hpp"
#include "store/incidents.hpp"
#include "store/kept_samples.hpp"
#include "store/rows.hpp"
#include "store/services.hpp"
#include "store/session.hpp"
#include "store/snapshot.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

core::HistoryEntry read_history(pg::Cells& in) {
  core::HistoryEntry entry;
  entry.at = in.time();
  entry.pool = in.name<PoolName>();
  entry.kind = in.word(core::parse_history_kind);
  if (const auto flip = in.maybe_number()) entry.flip = FlipId{*flip};
  entry.from = in.text();
  entry.to = in.text();
  entry.outcome = in.text();
  entry.to_active = in.maybe_millis();
  entry.to_end = in.maybe_millis();
  entry.actor = in.text();
  entry.reason = in.text();
  entry.login = in.text();
  return entry;
}

core::AuditEvent read_event(pg::Cells& in) {
  core::AuditEvent event;
  event.chain = in.text();
  event.seq = in.number();
  event.at = in.time();
  event.kind = in.text();
  event.node = in.maybe_text();
  event.flip = in.maybe_number();
  event.epoch = in.maybe_number();
  event.session_user = in.text();
  event.actor = in.maybe_text();
  event.reason = in.text();
  event.payload = in.text();
  event.previous_hash = read_hash(in.text());
  event.hash = read_hash(in.text());
  return event;
}

class PgReaderStore final : public ports::ReaderStore {
 public:
  explicit PgReaderStore(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::read)) {}

  Result<core::Snapshot> snapshot() override { return read_snapshot(connection_); }

  Result<std::vector<core::HistoryEntry>> history(const core::HistoryQuery& query) override {
    const auto& filter = query.filter;
    return read_all<core::HistoryEntry>(
        "history",
        connection_.query(
            "history", "select * from jobflip.find_history($1, $2, $3, $4, $5, $6, $7, $8)",
            {query.pool.str(), argument_of(filter.since), argument_of(filter.until),
             argument_of(filter.node), argument_of(filter.actor), argument_of(filter.kind),
             argument_of(filter.flip), std::to_string(query.limit)}),
        [](pg::Cells& in) {
          auto entry = read_history(in);
          if (!in.failed()) return entry;
          in = pg::Cells{};  // the others are shown all the same
          entry = {};
          entry.kind = core::HistoryKind::damaged;
          entry.outcome = "its row in the store can't be read";
          return entry;
        });
  }

  Result<core::FlipTimeline> timeline(FlipId flip) override {
    const auto id = std::to_string(flip.value);
    const auto flips = connection_.query("show", "select * from jobflip.find_flips($1)", {id});
    if (!flips) return flips.error();
    if (flips->size() == 0)
      return Error{ErrorCode::not_found, "there is no flip " + id,
                   "`jobflip history` lists the flips"};
    core::FlipTimeline timeline;
    auto in = flips->row(0);
    auto row = read_flip(in);
    timeline.flip = std::move(row.flip);
    timeline.evidence = std::move(row.evidence);
    if (in.failed()) return unreadable("show");
    auto steps = read_all<core::TimelineStep>(
        "show", connection_.query("show", "select * from jobflip.flip_timeline($1)", {id}),
        [](pg::Cells& cells) {
          core::TimelineStep step;
          step.at = cells.time();
          step.state = cells.text();
          step.node = cells.text();
          step.sentence = cells.text();
          return step;
        });
    if (!steps) return steps.error();
    timeline.steps = std::move(*steps);
    auto boxes = read_all<core::BlackBoxRecord>(
        "show", connection_.query("show", "select * from jobflip.flip_black_boxes($1)", {id}),
        [](pg::Cells& cells) {
          core::BlackBoxRecord box;
          box.node = cells.name<NodeName>();
          box.kept_at = cells.time();
          box.sha256 = cells.text();
          box.document = cells.text();
          return box;
        });
    if (!boxes) return boxes.error();
    timeline.black_boxes = std::move(*boxes);
    auto left = read_left_behind(id);
    if (!left) return left.error();
    timeline.left_behind = std::move(*left);
    return timeline;
  }

  Result<std::vector<core::Incident>> incidents(const core::IncidentQuery& query) override {
    return read_incidents(connection_, query);
  }

  Result<core::Incident> incident(IncidentId id) override { return read_incident(connection_, id); }

  Result<std::vector<core::Deployment>> deployments(const core::DeploymentQuery& query) override {
    return read_deployments(connection_, query);
  }

  Result<std::vector<core::AuditEvent>> audit(const core::AuditQuery& query) override {
    const auto& filter = query.filter;
    return read_all<core::AuditEvent>(
        "audit",
        connection_.query(
            "audit", "select * from jobflip.find_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            {query.chain, std::to_string(query.after_seq), argument_of(filter.since),
             argument_of(filter.until), argument_of(filter.node), argument_of(filter.actor),
             argument_of(filter.kind), argument_of(filter.flip), std::to_string(query.limit),
             query.newest_first ? "t" : "f"}),
        read_event);
  }

  Result<std::vector<core::ChainHead>> audit_heads() override {
    return read_audit_heads(connection_);
  }

  Result<void> samples(const core::SampleQuery& query, const ports::SampleVisitor& visit) override {
    return read_samples(connection_, query, visit);
  }

  Result<std::string> learned(const PoolName& pool, const QueueName& queue) override {
    auto all = read_learned(connection_, pool, queue);
    if (!all) return all.error();
    return all->empty() ? "" : std::move(all->front().document);
  }

  Result<std::vector<core::Learned>> all_learned() override {
    return read_learned(connection_, {}, {});
  }

  Result<std::vector<core::ObservedStalls>> observed_stalls() override {
    return read_all<core::ObservedStalls>(
        "observed stalls",
        connection_.query("observed stalls",
                          "select pool, wanted, flipped, last_is_flipped "
                          "from jobflip.observed_stalls()"),
        [](pg::Cells& cells) {
          core::ObservedStalls one;
          one.pool = cells.name<PoolName>();
          one.wanted = cells.number();
          one.flipped = cells.number();
          one.last_is_flipped = cells.flag();
          return one;
        });
  }

  Result<std::vector<core::ServiceStatus>> services() override {
    return read_services(connection_);
  }

  Result<std::vector<core::ServiceSpell>> service_spells(const core::ServiceQuery& query) override {
    return read_service_spells(connection_, query);
  }

  Result<std::vector<core::Maintenance>> maintenance(const core::ServiceQuery& query) override {
    return read_maintenance(connection_, query);
  }

 private:
  /// Nothing for a flip that a program of 0.1.0's schema accepted.
  Result<std::optional<core::LeftBehind>> read_left_behind(const std::string& flip) {
    const auto rows =
        connection_.query("show", "select * from jobflip.flip_left_behind($1)", {flip});
    if (!rows) return rows.error();
    if (rows->size() == 0) return std::optional<core::LeftBehind>{};
    core::LeftBehind left;
    for (int i = 0; i < rows->size(); ++i) {
      auto in = rows->row(i);
      left.workers = core::parse_workers_end(in.text());
      left.jobs = in.number();
      left.queues_left_out = in.number();
      core::RunningJobs one;
      one.queue = in.name<QueueName>();
      if (one.queue.empty()) break;
      one.preset = in.text();
      one.jobs = in.maybe_number();
      one.ids = lines_of(in.text());
      one.read_ago = in.maybe_millis().value_or(Millis{});
      if (in.failed()) return unreadable("show");
      left.queues.push_back(std::move(one));
    }
    return std::optional{std::move(left)};
  }

  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::ReaderStore> open_reader_store(const StoreSettings& settings) {
  return std::make_unique<PgReaderStore>(settings);
}

}  // namespace jobflip::store
