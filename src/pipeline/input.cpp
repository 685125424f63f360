#include "pipeline/input.hpp"

#include <algorithm>

namespace rookery::messages {

const InputCell* Input::find(std::string_view column) const {
    const auto found =
        std::ranges::find_if(cells, [&](const InputCell& c) { return c.column->name == column; });
    return found == cells.end() ? nullptr : &*found;
}

}  // namespace rookery::messages
