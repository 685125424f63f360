#include "rules/retains.hpp"

#include <string>

namespace rookery::messages {

Result<void> check_can_be_retained(const schema::Table& table) {
    if (table.bin == schema::Bin::own) return {};
    return fail(
        Errc::not_retained, "Records of '" + std::string(table.name) + "' are not retained."
    );
}

Result<void> check_retains(const Services& services, const schema::Table& table) {
    ROOKERY_CHECK(check_can_be_retained(table));
    if (services.retains) return {};
    return fail(
        Errc::not_retained,
        "This vault retains no records.",
        "its operator can have it do so: [retention] in the configuration"
    );
}

}  // namespace rookery::messages
