#include "jobflip/ports/service_store.hpp"

#include "jobflip/base/escape.hpp"
#include "jobflip/base/utf8.hpp"
#include "jobflip/store/open.hpp"
#include "store/freed.hpp"
#include "store/services.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

/// Arrays for the parameters of jobflip.report_services(): the n-th items belong together.
struct ServiceColumns {
  std::vector<std::string> services, states, since, checked, latencies, sentences;

  explicit ServiceColumns(const std::vector<core::ServiceSeen>& seen) {
    for (const auto& one : seen) {
      services.push_back(one.service.str());
      states.emplace_back(one.state ? name_of(*one.state) : "");
      since.push_back(std::to_string(one.since_ago.count()));
      checked.push_back(std::to_string(one.checked_ago.count()));
      latencies.push_back(one.latency ? std::to_string(one.latency->count()) : "-1");
      auto sentence = printable(one.sentence, core::kServiceSentenceMax);
      sentence.resize(utf8_cut(sentence, core::kServiceSentenceMax));
      sentences.push_back(std::move(sentence));
    }
  }
};

class PgServiceStore final : public ports::ServiceStore {
 public:
  explicit PgServiceStore(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::change)) {}

  Result<std::vector<core::ServiceStatus>> services() override {
    return read_services(connection_);
  }

  Result<bool> report(const core::ServiceReport& report) override {
    const ServiceColumns columns{report.seen};
    return still_leads(
        "report_services", freed(connection_, [&] {
          return connection_.query(
              "report_services",
              "select jobflip.report_services($1, $2, $3::text[], $4::text[], $5::bigint[], "
              "$6::bigint[], $7::bigint[], $8::text[])",
              {report.supervisor.str(), std::to_string(report.supervisor_epoch.value),
               array_of(columns.services), array_of_texts(columns.states), array_of(columns.since),
               array_of(columns.checked), array_of(columns.latencies),
               array_of_texts(columns.sentences)});
        }));
  }

  void cancel() noexcept override { connection_.cancel(); }

 private:
  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::ServiceStore> open_service_store(const StoreSettings& settings) {
  return std::make_unique<PgServiceStore>(settings);
}

}  // namespace jobflip::store
