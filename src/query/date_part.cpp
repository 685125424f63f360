#include "query/date_part.hpp"

#include <chrono>

namespace rookery::messages {

std::int64_t date_part(DatePart part, Instant time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const auto month = static_cast<unsigned>(date.month());
    switch (part) {
        case DatePart::none:
            break;
        case DatePart::day:
            return static_cast<unsigned>(date.day());
        case DatePart::week: {
            const sys_days first{date.year() / January / 1};
            const auto before = weekday{first} - Sunday;  // of the first week, in the year before
            return ((day - first) + before).count() / 7 + 1;
        }
        case DatePart::month:
            return month;
        case DatePart::quarter:
            return (month - 1) / 3 + 1;
        case DatePart::year:
            return static_cast<int>(date.year());
    }
    return 0;
}

}  // namespace rookery::messages
