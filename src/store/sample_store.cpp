#include "jobflip/ports/sample_store.hpp"

#include "jobflip/base/escape.hpp"
#include "jobflip/base/utf8.hpp"
#include "jobflip/core/sample_document.hpp"
#include "jobflip/store/open.hpp"
#include "store/kept_samples.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

/// Too long with a job's long identity, it is kept without that.
std::string document_of(const core::QueueSample& sample) {
  auto text = core::sample_document_without_nulls(sample);
  if (text.size() <= core::kSampleDocumentMax) return text;
  auto shorter = sample;
  shorter.head.reset();
  return core::sample_document_without_nulls(shorter);
}

/// Each escaped character is longer than before.
std::string error_of(const core::NewSample& sample) {
  auto text = printable(sample.error, core::kSampleErrorMax);
  text.resize(utf8_cut(text, core::kSampleErrorMax));
  return text;
}

/// Arrays for the parameters of jobflip.keep_samples(): the n-th items belong together.
struct Columns {
  std::vector<std::string> pools, queues, ages, took, verdicts, documents, errors;

  explicit Columns(const std::vector<core::NewSample>& samples) {
    for (const auto& one : samples) {
      pools.push_back(one.pool.str());
      queues.push_back(one.queue.str());
      ages.push_back(std::to_string(one.age.count()));
      took.push_back(std::to_string(one.took.count()));
      verdicts.push_back((one.begins ? std::string{kBegins} : "") + one.verdict);
      documents.push_back(one.sample ? document_of(*one.sample) : "");
      errors.push_back(one.sample ? "" : error_of(one));
    }
  }
};

class PgSampleStore final : public ports::SampleStore {
 public:
  explicit PgSampleStore(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::change)) {}

  Result<bool> keep_samples(const core::SampleBatch& batch) override {
    const Columns columns{batch.samples};
    return still_leads(
        "keep_samples",
        connection_.query(
            "keep_samples",
            "select jobflip.keep_samples($1, $2, $3::text[], $4::text[], $5::bigint[], "
            "$6::bigint[], $7::text[], $8::text[], $9::text[])",
            {batch.supervisor.str(), std::to_string(batch.supervisor_epoch.value),
             array_of(columns.pools), array_of(columns.queues), array_of(columns.ages),
             array_of(columns.took), array_of_texts(columns.verdicts),
             array_of_texts(columns.documents), array_of_texts(columns.errors)}));
  }

  Result<bool> keep_learned(const core::LearnedBatch& batch) override {
    std::vector<std::string> pools, queues, documents;
    for (const auto& one : batch.learned) {
      pools.push_back(one.pool.str());
      queues.push_back(one.queue.str());
      documents.push_back(one.document);
    }
    return still_leads(
        "keep_learned",
        connection_.query("keep_learned",
                          "select jobflip.keep_learned($1, $2, $3::text[], $4::text[], $5::text[])",
                          {batch.supervisor.str(), std::to_string(batch.supervisor_epoch.value),
                           array_of(pools), array_of(queues), array_of_texts(documents)}));
  }

  Result<std::vector<core::Learned>> learned() override {
    return read_learned(connection_, {}, {});
  }

  void cancel() noexcept override { connection_.cancel(); }

 private:
  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::SampleStore> open_sample_store(const StoreSettings& settings) {
  return std::make_unique<PgSampleStore>(settings);
}

}  // namespace jobflip::store
