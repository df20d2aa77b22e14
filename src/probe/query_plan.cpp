#include "probe/query_plan.hpp"

namespace jobflip::probe {

Result<std::string> read_plan(const std::string& statement,
                              const std::function<Result<pg::Rows>(const std::string&)>& ask) {
  std::string text;
  auto rows = ask("explain (analyze, buffers)\n" + statement);
  if (!rows && rows.error().code == ErrorCode::store_timeout) {
    text = "it did not end in time: this is the plan, without what each step takes\n";
    rows = ask("explain\n" + statement);
  }
  if (!rows) return rows.error();
  for (int i = 0; i < rows->size(); ++i) text += std::string{rows->cell(i, 0).value_or("")} + "\n";
  return text;
}

}  // namespace jobflip::probe
