#include "probe/preset_choice.hpp"

#include <algorithm>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "probe/joined.hpp"

namespace jobflip::probe {
namespace {

constexpr std::size_t kListMax = 300;  // of an error's lists

std::string listed(const std::vector<std::string>& words) {
  return printable(joined(words), kListMax);
}

Error failed(std::string text, std::string hint) {
  return {ErrorCode::probe_failed, std::move(text), std::move(hint)};
}

class Chooser {
 public:
  Chooser(const PresetNames& names, const core::Preset& preset, const Shape& shape,
          const Catalog& catalog)
      : names_(names), preset_(preset), shape_(shape), catalog_(catalog) {}

  Choice choose() const {
    if (catalog_.time_zone != "UTC") return {nullptr, wrong_zone()};
    if (!catalog_.has_schema) return {nullptr, no_schema()};
    for (const auto& generation : shape_.generations()) {
      if (!fits(generation)) continue;
      if (auto error = refused(generation)) return {nullptr, *error};
      if (std::ranges::any_of(generation.needs(), [this](const Need& need) {
            return is_of_queue(need.relation) && facts(need.relation).oid == 0;
          }))
        return {nullptr, {}, false, true};
      return {&generation, {}};
    }
    if (!catalog_.may_use_schema) return {nullptr, no_usage()};
    const auto& table = facts(shape_.relations().front().key);
    if (table.oid == 0) return {nullptr, no_table()};
    return {nullptr, wrong_columns(table), true};
  }

 private:
  const TableFacts& facts(std::string_view key) const {
    static const TableFacts nothing;
    const auto found = catalog_.tables.find(names_.tables.at(key));
    return found == catalog_.tables.end() ? nothing : found->second;
  }
  const Relation& relation(std::string_view key) const {
    return *std::ranges::find(shape_.relations(), key, &Relation::key);
  }
  /// A table of this queue alone: the system is known without it.
  bool is_of_queue(std::string_view key) const {
    return relation(key).name.find('@') != std::string_view::npos;
  }
  bool may_be_absent(std::string_view key) const {
    return !relation(key).absent.empty() || is_of_queue(key);
  }
  std::string qualified(std::string_view key) const {
    return quoted_identifier(names_.schema) + "." + quoted_identifier(names_.tables.at(key));
  }
  std::string shown(std::string_view key) const { return printable(qualified(key), kListMax); }
  std::string login() const { return printable(quoted_identifier(catalog_.login), 80); }
  std::string title() const { return std::string{preset_.title}; }

  std::vector<std::string> lacking(const Need& need) const {
    const auto& table = facts(need.relation);
    std::vector<std::string> out;
    if (table.oid == 0 && may_be_absent(need.relation)) return out;
    if (table.oid == 0) return {"any"};
    for (const auto& column : columns_of(need))
      if (!table.readable.contains(column) && !table.unreadable.contains(column))
        out.push_back(column);
    return out;
  }
  bool fits(const Generation& generation) const {
    return std::ranges::all_of(generation.needs(),
                               [this](const Need& need) { return lacking(need).empty(); });
  }

  /// Times without a zone would be off by hours, and jobs that are due would not be.
  Error wrong_zone() const {
    return failed("the session's time zone is " + printable(catalog_.time_zone, 60) +
                      ", and must be UTC: a pooler dropped the session's settings",
                  "connect directly, or alter role " + login() + " set timezone = 'UTC'");
  }
  Error no_schema() const {
    const auto schema = printable(quoted_identifier(names_.schema), 80);
    return failed(
        "database " + printable(catalog_.database, 80) + " has no schema " + schema + elsewhere(),
        "set schema to the one that " + title() + " uses, or database to its database");
  }
  Error no_usage() const {
    const auto schema = printable(quoted_identifier(names_.schema), 80);
    return failed(login() + " may not use schema " + schema,
                  "grant usage on schema " + schema + " to " + login());
  }
  Error no_table() const {
    const auto key = shape_.relations().front().key;
    return failed("there is no table " + shown(key) + elsewhere(),
                  title() + " keeps its jobs there: " + settable());
  }
  std::string settable() const {
    std::string out = "set schema";
    if (preset_.prefix) out += " or prefix";
    if (preset_.table) out += " or table";
    return out + " to what it has, or database to its database";
  }
  std::string elsewhere() const {
    const auto& found = facts(shape_.relations().front().key).elsewhere;
    return found.empty() ? "" : "; there is " + printable(found, kListMax);
  }

  /// The other system whose own columns this table has. Few columns tell systems apart, so one
  /// whose table has a name of its own must have that name.
  std::string looks_like(const TableFacts& table) const {
    const auto& actual = names_.tables.at(shape_.relations().front().key);
    for (const auto& other : shapes()) {
      if (other.preset == shape_.preset) continue;
      const auto& [first, name, absent] = other.relations().front();
      if (!name.empty() && name != actual) continue;
      for (const auto& generation : other.generations())
        for (const auto& need : generation.needs())
          if (need.relation == first && std::ranges::all_of(columns_of(need), [&](const auto& c) {
                return table.readable.contains(c) || table.unreadable.contains(c);
              }))
            return std::string{other.preset};
    }
    return "";
  }

  Error wrong_columns(const TableFacts& table) const {
    const auto first = shape_.relations().front().key;
    std::string supported, missing, what_has = shown(first);
    for (const auto& generation : shape_.generations())
      supported += (supported.empty() ? "" : "; ") + std::string{generation.title};
    for (const auto& need : shape_.generations().front().needs()) {
      const auto columns = lacking(need);
      if (columns.empty() || !missing.empty()) continue;
      if (need.relation == first) what_has = "it";
      missing = facts(need.relation).oid == 0
                    ? "there is no table " + shown(need.relation)
                    : shown(need.relation) + " has no column " + listed(columns);
    }
    std::vector<std::string> has{table.readable.begin(), table.readable.end()};
    has.insert(has.end(), table.unreadable.begin(), table.unreadable.end());
    const auto other = looks_like(table);
    return failed("this is not a version of " + title() + " that jobflip knows: " + missing + "; " +
                      what_has + " has " + listed(has),
                  other.empty() ? "supported: " + supported + "; for anything else write a query"
                                : "it looks like preset " + other + "; supported: " + supported);
  }

  /// What this login lacks, all at once: "T has no ..." is not among it.
  std::optional<Error> refused(const Generation& generation) const {
    std::string texts, fixes, ungranted;
    const auto add = [](std::string& to, std::string_view between, const std::string& more) {
      to += (to.empty() ? "" : std::string{between}) + more;
    };
    if (!catalog_.may_use_schema) {
      const auto error = no_usage();
      add(texts, "; ", error.text);
      add(fixes, "; ", error.hint);
    }
    for (const auto& need : generation.needs()) {
      const auto columns = unreadable(need);
      if (columns.empty()) continue;
      add(texts, "; ",
          login() + " may not read " + listed(columns) + " of " + shown(need.relation));
      add(ungranted, ", ", shown(need.relation));
    }
    if (!ungranted.empty()) add(fixes, "; ", "grant select on " + ungranted + " to " + login());
    for (const auto& need : generation.needs()) {
      if (!facts(need.relation).hides_rows || need.columns.empty()) continue;
      add(texts, "; ",
          "row-level security may hide rows of " + shown(need.relation) + " from " + login() +
              ": a queue that is hidden looks idle");
      add(fixes, "; ",
          "create policy jobflip_probe on " + shown(need.relation) + " for select to " + login() +
              " using (true)");
    }
    if (texts.empty()) return std::nullopt;
    return failed(texts, fixes);
  }

  std::vector<std::string> unreadable(const Need& need) const {
    const auto& table = facts(need.relation);
    auto columns = columns_of(need);
    std::erase_if(columns, [&](const auto& c) { return !table.unreadable.contains(c); });
    return columns;
  }

  const PresetNames& names_;
  const core::Preset& preset_;
  const Shape& shape_;
  const Catalog& catalog_;
};

/// jobflip's form of a name, in SQL: the same as queue_name_of in preset_rows.cpp.
std::string name_in_sql(std::string_view expression) {
  return "left(ltrim(lower(regexp_replace(" + std::string{expression} +
         ", '[^A-Za-z0-9._-]+', '-', 'g')), '._-'), 63)";
}

}  // namespace

PresetNames names_of(const core::QueueSettings& queue, const core::Preset& preset,
                     const Shape& shape) {
  PresetNames out;
  out.schema = queue.schema.value_or(std::string{preset.schema});
  const auto prefix = queue.prefix.value_or(std::string{preset.prefix.value_or("")});
  const auto table = queue.table.value_or(std::string{preset.table.value_or("")});
  for (const auto& relation : shape.relations()) {
    auto name = relation.name.empty() ? table : std::string{relation.name};
    if (const auto at = name.find('@'); at != name.npos) name.replace(at, 1, queue.name.str());
    out.tables[relation.key] = prefix + name;
  }
  return out;
}

Choice choose(const PresetNames& names, const core::Preset& preset, const Shape& shape,
              const Catalog& catalog) {
  return Chooser{names, preset, shape, catalog}.choose();
}

std::string render(std::string_view text, const PresetNames& names, const Shape& shape,
                   const Catalog& catalog) {
  std::string out;
  while (true) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == text.npos) return out;
    const auto close = text.find('}', open);
    JF_CHECK(close != text.npos);
    auto word = text.substr(open + 1, close - open - 1);
    text.remove_prefix(close + 1);
    if (word.starts_with("name:")) {
      out += name_in_sql(word.substr(5));
      continue;
    }
    const bool is_oid = word.starts_with("oid:");
    if (is_oid) word.remove_prefix(4);
    const auto relation = std::ranges::find(shape.relations(), word, &Relation::key);
    JF_CHECK(relation != shape.relations().end());
    const auto& name = names.tables.at(relation->key);
    const auto found = catalog.tables.find(name);
    const auto oid = found == catalog.tables.end() ? 0 : found->second.oid;
    if (is_oid)
      out += std::to_string(oid) + "::oid";
    else if (oid == 0 && !relation->absent.empty())
      out += "(select " + std::string{relation->absent} + " where false)";
    else
      out += quoted_identifier(names.schema) + "." + quoted_identifier(name);
  }
}

std::string quoted_identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace jobflip::probe
