#include "odata/metadata/values.hpp"

#include "odata/metadata/complex_types.hpp"
#include "pipeline/metadata_id.hpp"

#include <string>

namespace rookery::odata::metadata {

Value label(const Source& of, std::string_view respect, std::string_view text) {
    if (text.empty()) return Value::of(label_type, {Value::list({}), Value{}});
    const auto in_english = [&] {
        const auto id =
            messages::metadata_id("label", to_string(of.id) + " " + std::string{respect});
        return Value::of(
            localized_label,
            {Value::of(text), Value::of(language), Value::of(true), Value::of(id), Value{}}
        );
    };
    return Value::of(label_type, {Value::list({in_english()}), in_english()});
}

Value managed(bool value, std::string_view managed_by) {
    return Value::of(managed_property, {Value::of(value), Value::of(false), Value::of(managed_by)});
}

Value never(const Source&) { return Value::of(false); }

Value always(const Source&) { return Value::of(true); }

Value nothing(const Source&) { return {}; }

Value zero(const Source&) { return Value::of(std::int64_t{0}); }

Value this_version(const Source&) { return Value::of(std::string_view{"1.0.0.0"}); }

bool is_custom(std::string_view logical_name) {
    return logical_name.find('_') != std::string_view::npos;
}

}  // namespace rookery::odata::metadata
