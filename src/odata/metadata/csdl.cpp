#include "odata/metadata/csdl.hpp"

#include "odata/metadata/complex_types.hpp"
#include "odata/metadata/table_links.hpp"
#include "odata/metadata/types.hpp"
#include "odata/metadata/xml_writer.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {
namespace {

using schema::Column;
using schema::Table;
namespace can = schema::can;

constexpr std::string_view own_namespace = "Microsoft.Dynamics.CRM";
constexpr std::string_view yes = "true";

std::string aliased(std::string_view type) { return "mscrm." + std::string{type}; }

std::string collection_of(std::string_view type) { return "Collection(" + std::string{type} + ")"; }

/// "Label" and "Collection(Label)" as the document names them.
std::string csdl_type(std::string_view type) {
    constexpr std::string_view collection = "Collection(";
    if (type.starts_with(collection)) {
        type.remove_prefix(collection.size());
        type.remove_suffix(1);
        return collection_of(csdl_type(type));
    }
    return type.starts_with("Edm.") ? std::string{type} : aliased(type);
}

std::string_view unicode_of(std::string_view type) { return type == "Edm.String" ? "false" : ""; }

/// A user or a team: dataverse keys both by ownerid.
bool is_principal(const Table& table) {
    const auto* id = table.column("ownerid");
    return id != nullptr && id->may(can::row_id);
}

/// The served ones, then those of other products that lookups lead to.
std::vector<const Table*> all_tables() {
    const auto served = schema::tables();
    std::vector<const Table*> out{served.begin(), served.end()};
    for (const auto* table : served) {
        for (const auto& column : table->columns) {
            for (const auto target : column.targets) {
                const auto* found = schema::table(target);
                if (std::ranges::find(out, found) == out.end()) out.push_back(found);
            }
        }
    }
    return out;
}

class CsdlWriter {
 public:
    CsdlWriter(std::string& out, Annotated annotated)
        : xml_(out), annotated_(annotated == Annotated::yes) {}

    void write(std::span<const OperationShape> operations, std::span<const DefinitionSet> sets) {
        const XmlAttributes root = {
            {"Version", "4.0"}, {"xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx"}};
        xml_.element("edmx:Edmx", root, [&] {
            if (annotated_) references();
            xml_.element("edmx:DataServices", {}, [&] {
                const XmlAttributes names = {
                    {"Namespace", own_namespace},
                    {"Alias", "mscrm"},
                    {"xmlns", "http://docs.oasis-open.org/odata/ns/edm"}};
                xml_.element("Schema", names, [&] {
                    base_types();
                    for (const auto* table : all_tables()) table_type(*table);
                    for (const auto* type : entity_types()) metadata_type(*type);
                    for (const auto* type : complex_types()) complex_type(*type);
                    for (const auto* type : enum_types()) enum_type(*type);
                    access_rights();
                    for (const auto& one : operations) operation(one);
                    container(operations, sets);
                });
            });
        });
    }

 private:
    /// Where the terms of the annotations are defined.
    void references() {
        for (const std::string_view vocabulary : {"Org.OData.Core.V1", "OData.Community.Keys.V1"}) {
            const auto uri = "http://vocabularies.odata.org/" + std::string{vocabulary} + ".xml";
            xml_.element("edmx:Reference", {{"Uri", uri}}, [&] {
                xml_.element("edmx:Include", {{"Namespace", vocabulary}});
            });
        }
    }

    void key(std::string_view property) {
        xml_.element("Key", {}, [&] { xml_.element("PropertyRef", {{"Name", property}}); });
    }

    void property(std::string_view name, std::string_view type) {
        xml_.element(
            "Property", {{"Name", name}, {"Type", csdl_type(type)}, {"Unicode", unicode_of(type)}}
        );
    }

    void base_types() {
        const auto base = aliased("crmbaseentity");
        xml_.element("EntityType", {{"Name", "crmbaseentity"}, {"Abstract", yes}});
        xml_.element("EntityType", {{"Name", "expando"}, {"BaseType", base}, {"OpenType", yes}});
        xml_.element("EntityType", {{"Name", "principal"}, {"BaseType", base}}, [&] {
            key("ownerid");
            property("ownerid", "Edm.Guid");
        });
    }

    void table_type(const Table& table) {
        const bool principal = is_principal(table);
        const auto base = aliased(principal ? "principal" : "crmbaseentity");
        xml_.element("EntityType", {{"Name", table.name}, {"BaseType", base}}, [&] {
            if (!principal) key(table.primary_id);
            for (const auto& column : table.columns) {
                if (!column.may(can::odata)) continue;
                if (principal && column.name == "ownerid") continue;
                table_property(column);
            }
            for (const auto& link : links_of(table)) navigation(link);
            if (annotated_) alternate_keys(table);
        });
    }

    void table_property(const Column& column) {
        const auto edm = schema::row_of(column.type).edm;
        const bool read_only = !column.may(can::create | can::update);
        if (!annotated_ || (!read_only && column.description.empty())) {
            return property(column.wire_name(), edm);
        }
        const auto type = csdl_type(edm);
        const XmlAttributes attributes = {
            {"Name", column.wire_name()}, {"Type", type}, {"Unicode", unicode_of(edm)}};
        xml_.element("Property", attributes, [&] {
            if (!column.description.empty()) {
                annotation("Org.OData.Core.V1.Description", "String", column.description);
            }
            if (!read_only) return;
            annotation("Org.OData.Core.V1.Computed", "Bool", yes);
            xml_.element("Annotation", {{"Term", "Org.OData.Core.V1.Permissions"}}, [&] {
                xml_.text("EnumMember", "Org.OData.Core.V1.PermissionType/Read");
            });
        });
    }

    void annotation(std::string_view term, std::string_view kind, std::string_view value) {
        xml_.element("Annotation", {{"Term", term}, {kind, value}});
    }

    void navigation(const TableLink& link) {
        const auto type = aliased(link.target == nullptr ? "principal" : link.target->name);
        if (link.collection) {
            const auto all = collection_of(type);
            xml_.element(
                "NavigationProperty",
                {{"Name", link.name}, {"Type", all}, {"Partner", link.partner}}
            );
            return;
        }
        const bool principal = link.target == nullptr || is_principal(*link.target);
        const XmlAttributes attributes = {
            {"Name", link.name}, {"Type", type}, {"Nullable", "false"}, {"Partner", link.partner}};
        xml_.element("NavigationProperty", attributes, [&] {
            xml_.element(
                "ReferentialConstraint",
                {{"Property", link.lookup->wire_name()},
                 {"ReferencedProperty", principal ? "ownerid" : link.target->primary_id}}
            );
        });
    }

    void alternate_keys(const Table& table) {
        if (table.keys.empty()) return;
        constexpr std::string_view term = "OData.Community.Keys.V1.AlternateKey";
        constexpr std::string_view part = "OData.Community.Keys.V1.PropertyRef";
        const auto terms = std::string{term} + "s";
        xml_.element("Annotation", {{"Term", terms}}, [&] {
            xml_.element("Collection", {}, [&] {
                for (const auto& one : table.keys) {
                    xml_.element("Record", {{"Type", term}}, [&] {
                        xml_.element("PropertyValue", {{"Property", "Key"}}, [&] {
                            xml_.element("Collection", {}, [&] {
                                for (const auto id : one.columns) key_part(*table.column(id), part);
                            });
                        });
                    });
                }
            });
        });
    }

    void key_part(const Column& column, std::string_view type) {
        xml_.element("Record", {{"Type", type}}, [&] {
            xml_.element("PropertyValue", {{"Property", "Alias"}, {"String", column.wire_name()}});
            xml_.element(
                "PropertyValue", {{"Property", "Name"}, {"PropertyPath", column.wire_name()}}
            );
        });
    }

    void metadata_type(const EntityType& type) {
        const auto base = type.base == nullptr ? std::string{} : aliased(type.base->name);
        const XmlAttributes attributes = {
            {"Name", type.name}, {"BaseType", base}, {"Abstract", type.abstract ? yes : ""}};
        xml_.element("EntityType", attributes, [&] {
            if (!type.key.empty()) key(type.key);
            for (const auto& one : type.properties) property(one.name, one.type);
            for (const auto& one : type.navigations) {
                const auto target = aliased(one.type->name);
                const auto shape = one.collection ? collection_of(target) : target;
                xml_.element("NavigationProperty", {{"Name", one.name}, {"Type", shape}});
            }
        });
    }

    void complex_type(const ComplexType& type) {
        const auto base = type.base == nullptr ? std::string{} : aliased(type.base->name);
        const XmlAttributes attributes = {
            {"Name", type.name}, {"BaseType", base}, {"OpenType", type.open ? yes : ""}};
        xml_.element("ComplexType", attributes, [&] {
            for (const auto& field : type.fields) property(field.name, field.type);
        });
    }

    void enum_type(const EnumType& type) {
        const XmlAttributes attributes = {{"Name", type.name}, {"IsFlags", type.flags ? yes : ""}};
        xml_.element("EnumType", attributes, [&] {
            for (const auto& one : type.members) member(one.name, one.value);
        });
    }

    void member(std::string_view name, std::int64_t value) {
        xml_.element("Member", {{"Name", name}, {"Value", std::to_string(value)}});
    }

    void access_rights() {
        xml_.element("EnumType", {{"Name", "AccessRights"}, {"IsFlags", yes}}, [&] {
            member("None", 0);
            for (const auto& right : schema::right_names) {
                member(right.access_word, right.access_bit);
            }
        });
    }

    void operation(const OperationShape& shape) {
        if (shape.answers) {
            const auto name = std::string{shape.name} + "Response";
            const XmlAttributes attributes = {
                {"Name", name}, {"OpenType", shape.gives.empty() ? yes : ""}};
            xml_.element("ComplexType", attributes, [&] {
                for (const auto& field : shape.gives) property(field.name, field.type);
            });
        }
        if (shape.bound == OperationShape::Bound::no) overload(shape, {});
        for (const auto* table : shape.tables) overload(shape, table->name);
    }

    /// One for each table that it is bound to.
    void overload(const OperationShape& shape, std::string_view table) {
        const bool bound = !table.empty();
        const XmlAttributes attributes = {{"Name", shape.name}, {"IsBound", bound ? yes : ""}};
        xml_.element(shape.action ? "Action" : "Function", attributes, [&] {
            if (bound) {
                const auto one = aliased(table);
                const bool row = shape.bound == OperationShape::Bound::to_row;
                const auto type = row ? one : collection_of(one);
                xml_.element(
                    "Parameter",
                    {{"Name", row ? "entity" : "entityset"}, {"Type", type}, {"Nullable", "false"}}
                );
            }
            for (const auto& field : shape.takes) {
                xml_.element(
                    "Parameter",
                    {{"Name", field.name},
                     {"Type", csdl_type(field.type)},
                     {"Unicode", unicode_of(field.type)}}
                );
            }
            if (!shape.answers) return;
            const auto type = aliased(shape.name) + "Response";
            xml_.element("ReturnType", {{"Type", type}, {"Nullable", "false"}});
        });
    }

    void container(
        std::span<const OperationShape> operations, std::span<const DefinitionSet> sets
    ) {
        xml_.element("EntityContainer", {{"Name", "System"}}, [&] {
            for (const auto* table : schema::tables()) table_set(*table);
            for (const auto& set : sets) {
                xml_.element(
                    "EntitySet", {{"Name", set.name}, {"EntityType", qualified(set.type->name)}}
                );
            }
            for (const auto& one : operations) {
                if (one.bound != OperationShape::Bound::no) continue;
                const std::string_view kind = one.action ? "Action" : "Function";
                xml_.element(
                    std::string{kind} + "Import", {{"Name", one.name}, {kind, qualified(one.name)}}
                );
            }
        });
    }

    static std::string qualified(std::string_view name) {
        return std::string{own_namespace} + "." + std::string{name};
    }

    void table_set(const Table& table) {
        const auto type = qualified(table.name);
        xml_.element("EntitySet", {{"Name", table.set_name}, {"EntityType", type}}, [&] {
            for (const auto& link : links_of(table)) {
                if (link.target == nullptr) {
                    for (const auto target : link.lookup->targets) {
                        const auto path = std::string{link.name} + "/" + qualified(target);
                        binding(path, schema::table(target)->set_name);
                    }
                } else if (!link.target->outside) {
                    binding(link.name, link.target->set_name);
                }
            }
        });
    }

    void binding(std::string_view path, std::string_view target) {
        xml_.element("NavigationPropertyBinding", {{"Path", path}, {"Target", target}});
    }

    XmlWriter xml_;
    bool annotated_;
};

}  // namespace

std::string write_csdl(
    std::span<const OperationShape> operations, std::span<const DefinitionSet> sets,
    Annotated annotated
) {
    std::string out;
    CsdlWriter{out, annotated}.write(operations, sets);
    return out;
}

}  // namespace rookery::odata::metadata
