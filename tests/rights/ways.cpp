#include "rights/ways.hpp"

#include <iterator>

namespace rookery::rights {

const std::vector<Way>& ways() {
    static const auto all = [] {
        std::vector<Way> out;
        for (const auto part :
             {ways_of_rows,
              ways_of_rights,
              ways_of_tokens,
              ways_of_retention,
              ways_of_the_vault,
              ways_inside}) {
            auto more = part();
            out.insert(out.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
        }
        return out;
    }();
    return all;
}

}  // namespace rookery::rights
