#pragma once
/// Chart.js and the page's own script and style, as the build embedded them
/// (cmake/embed_files.cmake).

#include "jobflip/report/html.hpp"

namespace jobflip::report {

Assets embedded_assets();

}  // namespace jobflip::report
