#include "demo/readings.hpp"
namespace jobflip::demo {
}
