/// The answer to a queue's query: fields are separated by 0x1f and rows by 0x1e, the first row
/// names the columns, and "\N" is NULL. An accepted sample can be published and reads back the
/// same; an error names the queue.

#include <cstdint>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/terminal.hpp"
#include "jobflip/core/sample_document.hpp"
#include "probe/probe_row.hpp"

namespace jobflip::fuzz {
namespace {

void try_answer(const probe::ProbeAnswer& answer) {
  const auto queue = QueueName::of("email");
  const auto sample = probe::read_probe(answer, queue);
  if (!sample) {
    MUST(sample.error().code == ErrorCode::probe_failed);
    MUST(sample.error().text.starts_with("queue email: "));
    MUST(!sample.error().hint.empty());
    MUST(why_not_shown(sample.error().text).empty());
    return;
  }
  MUST(sample->queue == queue);
  for (const auto count :
       {sample->runnable, sample->unpromoted, sample->running, sample->done, sample->failed})
    MUST(count >= 0);
  for (const auto& age : {sample->oldest_runnable, sample->oldest_running})
    MUST(!age || (*age >= Millis{0} && *age <= Millis{3'200'000'000'000}));
  // PostgreSQL refuses a text that is not UTF-8, so the sample would never be published.
  MUST(why_not_shown(sample->head.value_or("")).empty());
  const auto again = core::parse_sample_document(core::sample_document(*sample), queue);
  MUST(again.has_value() && *again == *sample);
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip;
  fuzz::Input input{data, size};
  probe::ProbeAnswer answer;
  answer.columns =
      fuzz::Input{data, size}.texts_between('\x1e').empty() ? std::vector<std::string>{} : [&] {
        const auto line = input.text_up_to('\x1e');
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(line.data());
        return fuzz::Input{bytes, line.size()}.texts_between('\x1f');
      }();
  for (const auto& line : input.texts_between('\x1e')) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(line.data());
    auto& row = answer.rows.emplace_back();
    for (auto& cell : fuzz::Input{bytes, line.size()}.texts_between('\x1f'))
      row.push_back(cell == "\\N" ? std::nullopt : std::optional{cell});
    row.resize(answer.columns.size());  // a row of PostgreSQL has a cell for each column
  }
  fuzz::try_answer(answer);
  return 0;
}
