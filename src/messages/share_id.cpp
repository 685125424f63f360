#include "messages/share_id.hpp"

#include "messages/pair_id.hpp"
#include "schema/known_tables.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::size_t common = 6;  // bytes

Uuid of_record(const storage::RowRef& record) {
    return pair_id(*schema::table(record.table), record.id, record.id);
}

}  // namespace

Uuid share_id(const storage::RowRef& record, const access::Principal& with) {
    const bool team = with.kind == access::PrincipalKind::team;
    const auto& principals = team ? schema::known::team : schema::known::systemuser;
    const auto beginning = of_record(record);
    auto out = pair_id(principals, beginning, with.id);
    std::copy_n(beginning.bytes.begin(), common, out.bytes.begin());
    return out;
}

storage::KeyRange shares_of_record(const storage::RowRef& record) {
    const auto beginning = of_record(record);
    auto key = storage::row_key({schema::known::principalobjectaccess.id, beginning});
    key.resize(key.size() - beginning.bytes.size() + common);
    auto end = storage::prefix_end(key);
    return {storage::Family::rows, std::move(key), std::move(end)};
}

}  // namespace rookery::messages
