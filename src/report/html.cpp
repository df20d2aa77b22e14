#include "jobflip/report/html.hpp"

#include <fmt/format.h>

#include <array>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"
#include "report/embedded_assets.hpp"
#include "report/html_charts.hpp"

namespace jobflip::report {
namespace {

std::string base64_of(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto part = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += i <= part.size() ? kDigits[(bits >> (18 - 6 * i)) & 63U] : '=';
  }
  return out;
}

/// As a policy names it: 'sha256-...'.
std::string hash_of(const Asset& asset) {
  const auto bytes = bytes_of_hex(asset.sha256);
  return "'sha256-" + base64_of(bytes.value_or("")) + "'";
}

std::string policy_of(const Assets& assets) {
  return fmt::format(
      "default-src 'none'; script-src {} {}; style-src {}; base-uri 'none'; form-action 'none'",
      hash_of(assets.library), hash_of(assets.script), hash_of(assets.style));
}

const char* class_of(Tone tone) {
  constexpr std::array kClasses{"", "good", "bad", "muted"};
  return kClasses.at(static_cast<std::size_t>(tone));
}

std::string with_class(std::string_view classes) {
  return classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
}

/// Times, letters and figures stay in one line.
bool is_stiff(std::string_view title) {
  for (const char* one :
       {"",          "UTC",    "Local time", "Offset",  "Value",      "Epoch",  "For",
        "Quiet for", "Limit",  "Priority",   "Waiting", "Oldest job", "Chosen", "Said",
        "Rule",      "Uptime", "Target",     "Opened",  "Median",     "Worst",  "Budget left"})
    if (title == one) return true;
  return false;
}

/// Short names break only if they are long.
bool is_name(std::string_view title) {
  for (const char* one : {"Who", "By", "Node", "Queue", "Verdict", "The workers", "Part", "Pool",
                          "Class", "Why", "Service"})
    if (title == one) return true;
  return false;
}

/// A table that fits a page is not divided in print.
constexpr std::size_t kShortTable = 16;

class HtmlWriter {
 public:
  HtmlWriter(const Page& page, const Assets& assets) : page_{page}, assets_{assets} {}

  std::string write() {
    head();
    put("<header>\n<h1>", page_.title, "</h1>\n");
    put("<p class=\"subtitle\">", page_.subtitle, "</p>\n</header>\n");
    contents();
    out_ += "<main>\n";
    for (const Section& section : page_.sections) add(section);
    out_ += "</main>\n";
    put("<footer>", page_.footer, "</footer>\n");
    scripts();
    out_ += "</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void put(std::string_view before, std::string_view text, std::string_view after) {
    out_ += before;
    out_ += html_text(text);
    out_ += after;
  }

  void head() {
    out_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out_ += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n",
                        policy_of(assets_));
    out_ +=
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n";
    put("<title>", page_.title, "</title>\n");
    out_ += fmt::format("<style>{}</style>\n</head>\n<body>\n", assets_.style.text);
  }

  void contents() {
    out_ += "<nav aria-label=\"Contents\">\n<ul>\n";
    for (const Section& section : page_.sections) {
      out_ += fmt::format("<li><a href=\"#{}\">", section.id);
      put("", section.title, "</a></li>\n");
    }
    out_ += "</ul>\n</nav>\n";
  }

  void scripts() {
    out_ += fmt::format("<script type=\"application/json\" id=\"charts\">{}</script>\n",
                        charts_data(page_));
    out_ += fmt::format("<script>{}</script>\n<script>{}</script>\n", assets_.library.text,
                        assets_.script.text);
  }

  void add(const Section& section) {
    out_ += fmt::format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">", section.id);
    put("", section.title, "</h2>\n");
    for (const Block& block : section.blocks)
      std::visit([this](const auto& one) { add(one); }, block);
    out_ += "</section>\n";
  }

  void add(const Paragraph& one) {
    put(fmt::format("<p{}>", with_class(class_of(one.tone))), one.text, "</p>\n");
  }
  void add(const Subheading& one) { put("<h3>", one.text, "</h3>\n"); }
  void add(const Blank& one) {
    put("<p class=\"prompt\">", one.prompt, "</p>\n");
    put("<div class=\"blank\" contenteditable=\"true\" role=\"textbox\" aria-multiline=\"true\" "
        "aria-label=\"",
        one.prompt, "\"></div>\n");
  }
  void add(const Bullets& one) {
    out_ += "<ul>\n";
    for (const Cell& item : one.items)
      put(fmt::format("<li{}>", with_class(class_of(item.tone))), item.text, "</li>\n");
    out_ += "</ul>\n";
  }
  void add(const Tiles& one) {
    out_ += "<ul class=\"tiles\">\n";
    for (const auto& tile : one.tiles) {
      put(fmt::format("<li{}><b>", with_class(class_of(tile.tone))), tile.value, "</b>");
      put("<span>", tile.label, "</span></li>\n");
    }
    out_ += "</ul>\n";
  }
  void add(const Plot& one) {
    const Chart& chart = page_.charts.at(one.chart);
    put("<figure>\n<h3>Queue ", chart.queue, "</h3>\n");
    for (const auto& [id, what] : {std::pair{"waiting", "Jobs waiting"},
                                   std::pair{"oldest", "Age of the oldest waiting job"},
                                   std::pair{"done", "Jobs completed"}}) {
      out_ += fmt::format("<div class=\"plot{}\"><canvas id=\"{}-{}\" role=\"img\" aria-label=\"",
                          std::string_view{id} == "waiting" ? " tall" : "", id, one.chart);
      put("", fmt::format("{} in queue {} over time, in UTC", what, chart.queue),
          "\"></canvas></div>\n");
    }
    put("<figcaption>", chart.alternative, "</figcaption>\n</figure>\n");
  }
  void add(const Bars& one) {
    const BarChart& chart = page_.bars.at(one.chart);
    put("<figure>\n<h3>", chart.title, "</h3>\n");
    out_ += fmt::format(
        "<div class=\"plot tall\"><canvas id=\"bars-{}\" role=\"img\" aria-label=\"", one.chart);
    put("", chart.title, "\"></canvas></div>\n");
    if (!chart.alternative.empty()) put("<figcaption>", chart.alternative, "</figcaption>\n");
    out_ += "</figure>\n";
  }
  void add(const Table& one) {
    const bool is_short = one.rows.size() <= kShortTable;
    put(fmt::format("<div class=\"scroll{}\"><table>\n<caption>", is_short ? " short" : ""),
        one.caption, "</caption>\n<thead><tr>");
    for (const auto& title : one.header) {
      if (title.empty())
        out_ += "<th scope=\"col\" aria-label=\"Mark\"></th>";
      else
        put("<th scope=\"col\">", title, "</th>");
    }
    out_ += "</tr></thead>\n<tbody>\n";
    for (const auto& row : one.rows) {
      out_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) add(row[i], one.header.at(i), i == 0);
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table></div>\n";
  }
  void add(const Cell& cell, std::string_view title, bool is_first) {
    std::string classes = class_of(cell.tone);
    const auto more = [&](std::string_view name) {
      classes += (classes.empty() ? "" : " ") + std::string{name};
    };
    if (is_stiff(title)) more("stiff");
    if (is_name(title)) more("name");
    if (title.empty()) more("mark");
    const char* tag = is_first && !title.empty() ? "th scope=\"row\"" : "td";
    put(fmt::format("<{}{}>", tag, with_class(classes)), cell.text,
        tag[1] == 'h' ? "</th>" : "</td>");
  }

  const Page& page_;
  const Assets& assets_;
  std::string out_;
};

}  // namespace

const Assets& own_assets() {
  static const Assets assets = embedded_assets();
  return assets;
}

std::string html_text(std::string_view text, std::size_t max_bytes) {
  const auto shown = printable(text, max_bytes);
  std::string out;
  out.reserve(shown.size() + shown.size() / 8);
  for (const char c : shown) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string html_of(const Page& page, const Assets& assets) {
  return HtmlWriter{page, assets}.write();
}

}  // namespace jobflip::report
